/// The style of a report.
let reportStyle = """
  :root {
    color-scheme: light dark;
    --ground: light-dark(#fbfbfa, #17181a); --raised: light-dark(#fff, #202225);
    --ink: light-dark(#1c1d1f, #e6e7e9); --quiet: light-dark(#5f646b, #a0a6ae);
    --line: light-dark(#dfe1e4, #34383d); --accent: light-dark(#0b62c4, #6cb0ff);
    --good: light-dark(#0a6b3a, #6fd39b); --bad: light-dark(#a8251f, #ff8f87);
  }
  * { box-sizing: border-box; }
  body {
    margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 84rem;
    font: 1rem/1.45 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  }
  h1 { margin: 0; font-size: 1.35rem; overflow-wrap: anywhere; }
  h2 { margin: 0 0 .3rem; font-size: 1rem; }
  small, .facts { color: var(--quiet); font-weight: normal; font-size: .85rem; }
  .facts { margin: .25rem 0 1.25rem; }
  .means { display: flex; flex-wrap: wrap; gap: .75rem; margin-bottom: 1.25rem; }
  .card {
    padding: .7rem 1rem; border: 1px solid var(--line); border-radius: .5rem;
    background: var(--raised);
  }
  .card p { margin: 0; font-variant-numeric: tabular-nums; }
  .card b { font-size: 1.25rem; }
  button, select {
    font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line);
    border-radius: .35rem; padding: .2rem .55rem;
  }
  button { cursor: pointer; }
  button:hover, select:hover { border-color: var(--accent); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .controls {
    display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-bottom: .6rem;
  }
  .controls strong { margin-right: auto; overflow-wrap: anywhere; }
  .viewer { margin-bottom: 1.75rem; }
  .compare {
    position: relative; overflow: hidden; border-radius: .4rem; background: var(--line);
    width: min(100%, calc(2px * var(--width)), calc(74vh * var(--width) / var(--height)));
    aspect-ratio: var(--width) / var(--height); margin: 0 auto; --at: 50%;
  }
  .compare img {
    position: absolute; inset: 0; width: 100%; height: 100%; user-select: none;
  }
  #right-picture { clip-path: inset(0 0 0 var(--at)); }
  #slider {
    position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0;
    cursor: ew-resize; appearance: none; touch-action: none;
  }
  #slider::-webkit-slider-thumb { appearance: none; width: 1px; height: 1px; }
  #slider::-moz-range-thumb { width: 1px; height: 1px; border: 0; }
  .divider {
    position: absolute; top: 0; bottom: 0; left: var(--at); width: 2px; margin-left: -1px;
    background: #fff; box-shadow: 0 0 0 1px #0006; pointer-events: none;
  }
  .divider::after {
    content: "‹ ›"; position: absolute; top: 50%; left: 50%; translate: -50% -50%;
    width: 2.2rem; height: 2.2rem; border-radius: 50%; background: #fff; color: #1c1d1f;
    font: 600 .95rem/2.1rem system-ui, sans-serif; text-align: center;
    box-shadow: 0 0 0 1px #0006;
  }
  #slider:focus-visible + .divider::after { box-shadow: 0 0 0 4px var(--accent); }
  .tag {
    position: absolute; top: .6rem; padding: .05rem .5rem; border-radius: .3rem;
    background: #000a; color: #fff; font-size: .8rem; pointer-events: none;
  }
  #left-tag { left: .6rem; }
  #right-tag { right: .6rem; }
  .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
  table {
    border-collapse: collapse; width: 100%; background: var(--raised);
    font-variant-numeric: tabular-nums; white-space: nowrap;
  }
  th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid var(--line); }
  tfoot th, tfoot td { border-bottom: 0; border-top: 1px solid var(--quiet); font-weight: 600; }
  tr > :first-child { position: sticky; left: 0; background: var(--raised); }
  .number, .gain, .worse, .groups th { text-align: right; }
  .groups th, .groups td { color: var(--quiet); font-weight: normal; border-bottom: 0; }
  .groups th { padding-bottom: 0; }
  .gain { color: var(--good); }
  .worse { color: var(--bad); }
  th button { border: 0; background: none; padding: 0; font-weight: 600; }
  tbody th button { font-weight: normal; color: var(--accent); }
  th button:hover { text-decoration: underline; }
  th[aria-sort] button::after { content: " ▲"; font-size: .7em; }
  th[aria-sort="descending"] button::after { content: " ▼"; }
  tbody tr:hover > *, tbody tr[aria-current] > * {
    background: color-mix(in srgb, var(--accent) 10%, var(--raised));
  }
  """
