// pane
