// The page as a whole: which views are shown, what is selected, keys, search, and the address.

const byID = (id) => document.getElementById(id);
const directions = {
  ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 },
};

class App {
  constructor() {
    this.panes = views.map((view) => new Pane(view, this));
    this.details = new Details(byID('details'), this);
    this.selected = null;
    this.matches = null;
    const options = new URLSearchParams(location.hash.slice(1));
    this.setTheme(options.get('theme'));
    const wished = this.panes.find((pane) => pane.view.at === options.get('at'));
    this.active = wished ?? this.panes.find((pane) => pane.view.at === source.views[0].at);
    this.compares = options.has('compare');
    const planned = this.panes.find((pane) => pane.view.data.plan);
    this.memory = planned ? new MemoryTimeline(byID('memory'), planned, this) : null;
    this.showsMemory = options.has('memory');
    this.makeControls();
    this.arrange();
    if (options.has('fold')) this.fold(options.get('fold'));
    const wish = options.get('select');
    if (this.active.view.byID.has(wish)) this.select(this.active, wish, true);
    else this.details.show(this.active, null);
    window.addEventListener('resize', () => this.panes.forEach((pane) => pane.move()));
    document.addEventListener('keydown', (event) => this.key(event));
  }

  makeControls() {
    const tabs = this.panes.map((pane) => html('button', {
      id: `show-${pane.view.at}`, onclick: () => this.show(pane),
    }, pane.view.at));
    byID('views').replaceChildren(...tabs);
    byID('compare').hidden = this.panes.length < 2;
    byID('compare').addEventListener('click', () => this.compare(!this.compares));
    byID('toggle-memory').hidden = !this.memory;
    byID('toggle-memory').addEventListener('click', () => this.showMemory(!this.showsMemory));
    const hasGroups = this.panes.some((pane) => pane.view.hasGroups);
    byID('folds').hidden = !hasGroups;
    for (const button of byID('folds').querySelectorAll('button')) {
      button.addEventListener('click', () => this.fold(button.value));
    }
    byID('zoom-in').addEventListener('click', () => this.active.zoom(1.3));
    byID('zoom-out').addEventListener('click', () => this.active.zoom(1 / 1.3));
    byID('fit').addEventListener('click', () => this.visiblePanes.forEach((pane) => pane.fit()));
    byID('theme').addEventListener('click', () => this.switchTheme());
    byID('help-button').addEventListener('click', () => byID('help').showModal());
    const search = byID('search');
    search.addEventListener('input', () => this.search(search.value));
    search.addEventListener('keydown', (event) => this.searchKey(event));
  }

  // What is shown

  get visiblePanes() { return this.compares ? this.panes : [this.active]; }

  arrange() {
    byID('graphs').replaceChildren(...this.visiblePanes.map((pane) => pane.element));
    byID('graphs').classList.toggle('compares', this.compares);
    byID('memory').hidden = !this.memory || !this.showsMemory;
    for (const pane of this.panes) {
      byID(`show-${pane.view.at}`).setAttribute('aria-pressed', String(pane === this.active));
      pane.element.classList.toggle('active', this.compares && pane === this.active);
    }
    byID('compare').setAttribute('aria-pressed', String(this.compares));
    byID('toggle-memory').setAttribute('aria-pressed', String(this.showsMemory));
    this.visiblePanes.forEach((pane) => pane.draw());
    byID('graphs').classList.toggle('stacked', this.compares && this.areLargerStacked);
    this.visiblePanes.forEach((pane) => pane.fit());
  }

  /** Whether the views are larger below each other than beside each other. */
  get areLargerStacked() {
    const { width, height } = byID('graphs').getBoundingClientRect();
    const count = this.panes.length;
    const smallest = (size) => Math.min(...this.panes.map((pane) => pane.fittingScale(size)));
    return smallest({ width, height: height / count }) > smallest({ width: width / count, height });
  }

  show(pane) {
    if (pane === this.active) return;
    const id = this.selected && this.idIn(pane, this.selected);
    this.active = pane;
    this.selected = id ? { pane, id } : null;
    this.arrange();
    this.search(byID('search').value);
    this.select(pane, id, true);
  }

  compare(isOn) {
    this.compares = isOn;
    this.arrange();
    if (this.selected) this.select(this.selected.pane, this.selected.id, true);
    this.save();
  }

  showMemory(isOn) {
    this.showsMemory = isOn;
    this.arrange();
    this.memory.mark();
    this.save();
  }

  fold(depth) {
    if (!['stages', 'layers', 'all'].includes(depth)) return;
    this.panes.forEach((pane) => pane.fold(depth));
    this.arrange();
    this.save();
  }

  toggle(pane, group) {
    pane.toggle(group);
    this.announce(`${group.title} ${pane.open.has(group) ? 'unfolded' : 'folded'}`);
  }

  get isDark() {
    const { theme } = document.documentElement.dataset;
    return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  }

  setTheme(theme) {
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    byID('theme').textContent = this.isDark ? 'Light' : 'Dark';
  }

  switchTheme() {
    this.setTheme(this.isDark ? 'light' : 'dark');
    this.save();
  }

  // Selection

  select(pane, id, reveals = false) {
    if (pane !== this.active) {
      this.active = pane;
      for (const each of this.panes) {
        byID(`show-${each.view.at}`).setAttribute('aria-pressed', String(each === pane));
        each.element.classList.toggle('active', this.compares && each === pane);
      }
    }
    this.selected = id ? { pane, id } : null;
    const entry = id && pane.view.byID.get(id);
    if (entry && reveals) this.unfoldAround(pane, entry);
    for (const each of this.visiblePanes) {
      each.mark();
      if (!entry || !reveals) continue;
      const seen = each.view.byID.get(this.idIn(each, this.selected));
      if (seen) each.reveal(visible(seen, (group) => each.open.has(group)));
    }
    this.details.show(pane, id);
    this.memory?.mark();
    this.markResult();
    this.save();
  }

  unfoldAround(pane, entry) {
    let changes = false;
    for (let group = entry.parent; group?.parent; group = group.parent) {
      if (!pane.open.has(group)) changes = true;
      pane.open.add(group);
    }
    if (changes) {
      pane.draw();
      pane.move();
    }
  }

  /** What corresponds to a selection in another view: the same operation, its source, its layer. */
  idIn(pane, { pane: own, id }) {
    if (pane === own) return id;
    const entry = own.view.byID.get(id);
    if (!entry || entry.children) return pane.view.byID.has(id) ? id : null;
    const shares = (item) => item.nodes.some((node) => entry.nodes.includes(node));
    const isSameGraph = [pane, own].every((each) => each.view.at !== 'imported');
    const source = this.source(own.view, entry);
    const others = pane.view.items;
    const found = (isSameGraph
      && (others.find((item) => shares(item) && item.cost !== noCost) ?? others.find(shares)))
      || (source && others.find((item) => item.stage === entry.stage
        && this.source(pane.view, item) === source));
    if (found) return found.id;
    const group = entry.parent.parent ? entry.parent.id : null;
    return group && pane.view.byID.has(group) ? group : null;
  }

  /** The item that computes a value, or brings it in. */
  origin(pane, value) {
    const { producer, kind } = pane.view.data.graph.values[value];
    if (kind === 'weight') return null;
    const found = producer == null ? pane.view.items.find((item) => item.value === value)
      : pane.view.items.find((item) => item.nodes.includes(producer));
    return found?.id ?? null;
  }

  showStep(pane, id) {
    if (!this.visiblePanes.includes(pane)) this.show(pane);
    this.select(pane, id, true);
  }

  focusSelected() {
    const element = this.active.elements.get(this.selected?.id)
      ?? this.active.canvas.querySelector('.entry[tabindex="0"]');
    element?.focus({ preventScroll: true });
  }

  announce(text) { byID('announcement').textContent = text; }

  // Search

  search(text) {
    const words = text.toLowerCase().split(/\s+/).filter((word) => word);
    this.matches = words.length ? this.visiblePanes.flatMap((pane) => pane.view.items
      .filter((item) => words.every((word) => this.words(pane.view, item).includes(word)))
      .map((entry) => ({ pane, entry }))) : null;
    this.visiblePanes.forEach((pane) => pane.mark());
    const list = byID('results');
    list.hidden = !this.matches;
    const shown = (this.matches ?? []).slice(0, 40);
    list.replaceChildren(...shown.map(({ pane, entry }) => html('li', {},
      html('button', { onclick: () => this.select(pane, entry.id, true) },
        html('b', {}, entry.title), ` ${entry.lines[0] ?? ''} `,
        html('small', {}, [entry.stage == null ? '' : `stage ${entry.stage}`,
          this.source(pane.view, entry) ?? entry.layer ?? '',
          this.compares ? pane.view.at : ''].filter((word) => word).join(' · '))))));
    this.markResult();
    if (this.matches && this.matches.length !== shown.length) {
      list.append(html('li', {}, `and ${this.matches.length - shown.length} more`));
    }
    if (this.matches) this.announce(`${this.matches.length} found`);
  }

  /** What an operation stands for. */
  source(view, item) { return view.data.graph.nodes[item.nodes[0]]?.provenance.source; }

  get selectedMatch() {
    return (this.matches ?? []).findIndex(({ pane, entry }) =>
      pane === this.selected?.pane && entry.id === this.selected.id);
  }

  /** Shows which result is the selected one. */
  markResult() {
    const current = this.selectedMatch;
    [...byID('results').querySelectorAll('button')].forEach((button, index) => {
      if (index !== current) return button.removeAttribute('aria-current');
      button.setAttribute('aria-current', 'true');
      return button.scrollIntoView({ block: 'nearest' });
    });
  }

  words(view, item) {
    const nodes = item.nodes.map((index) => view.data.graph.nodes[index]);
    item.words ??= [
      item.title, ...item.lines, item.layer ?? '', item.stage == null ? '' : `stage ${item.stage}`,
      ...nodes.flatMap((node) => [node.text, node.provenance.source ?? '']),
    ].join(' ').toLowerCase();
    return item.words;
  }

  searchKey(event) {
    if (event.key === 'Escape') {
      byID('search').value = '';
      this.search('');
      this.focusSelected();
    } else if (event.key === 'Enter' && this.matches?.length) {
      const index = this.selectedMatch;
      const { length } = this.matches;
      const next = index < 0 ? 0 : index + (event.shiftKey ? length - 1 : 1);
      const { pane, entry } = this.matches[next % length];
      this.select(pane, entry.id, true);
    } else if (event.key === 'ArrowDown') {
      byID('results').querySelector('button')?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // Keys

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byID('help').open) return;
    if (event.target.closest('input')) return;
    const isInGraph = event.target.closest('.canvas') || event.target === document.body;
    const action = directions[event.key] && isInGraph ? () => this.step(directions[event.key])
      : event.target.closest('#results') && directions[event.key] ? () => this.stepResult(event)
        : this.actions[event.key];
    // Elsewhere these press the button that has the focus.
    if (!action || (!isInGraph && ['Enter', ' '].includes(event.key))) return;
    action();
    event.preventDefault();
  }

  get actions() {
    const show = (index) => () => this.panes[index] && this.show(this.panes[index]);
    return {
      '/': () => { byID('search').focus(); byID('search').select(); },
      Escape: () => this.escape(),
      Enter: () => this.activate(), ' ': () => this.activate(),
      '+': () => this.active.zoom(1.3), '=': () => this.active.zoom(1.3),
      '-': () => this.active.zoom(1 / 1.3),
      0: () => this.active.fit(),
      1: show(0), 2: show(1), 3: show(2),
      c: () => this.panes.length > 1 && this.compare(!this.compares),
      f: () => this.foldAround(),
      m: () => this.memory && this.showMemory(!this.showsMemory),
      t: () => this.switchTheme(),
      '?': () => byID('help').showModal(),
    };
  }

  step(direction) {
    const pane = this.active;
    const own = this.selected?.pane === pane && pane.view.byID.get(this.selected.id);
    const seen = own && visible(own, (group) => pane.open.has(group));
    const id = seen ? pane.neighbour(seen.id, direction) : pane.elements.keys().next().value;
    if (!id) return;
    this.select(pane, id, true);
    this.focusSelected();
  }

  stepResult(event) {
    const buttons = [...byID('results').querySelectorAll('button')];
    const { x, y } = directions[event.key];
    const next = buttons.indexOf(event.target) + x + y;
    (buttons[next] ?? byID('search')).focus();
  }

  activate() {
    const entry = this.selected && this.active.view.byID.get(this.selected.id);
    if (!entry) return this.step(directions.ArrowDown);
    if (entry.children) {
      this.toggle(this.active, entry);
      this.focusSelected();
    } else {
      byID('details').focus();
    }
    return undefined;
  }

  /** Folds the group around what is selected. */
  foldAround() {
    const entry = this.selected && this.active.view.byID.get(this.selected.id);
    const group = entry?.children && this.active.open.has(entry) ? entry : entry?.parent;
    if (!group?.parent) return;
    if (this.active.open.has(group)) this.toggle(this.active, group);
    this.select(this.active, group.id);
    this.focusSelected();
  }

  escape() {
    if (byID('search').value) {
      byID('search').value = '';
      this.search('');
      this.focusSelected();
    } else {
      document.activeElement.blur();
      this.select(this.active, null);
    }
  }

  /** Keeps what is shown in the address, so that it can be passed on. */
  save() {
    const options = new URLSearchParams();
    options.set('at', this.active.view.at);
    if (this.selected) options.set('select', this.selected.id);
    if (this.active.level !== 'layers') options.set('fold', this.active.level);
    if (this.compares) options.set('compare', '');
    if (this.showsMemory) options.set('memory', '');
    const { theme } = document.documentElement.dataset;
    if (theme) options.set('theme', theme);
    history.replaceState(null, '', `#${options.toString().replace(/=(&|$)/g, '$1')}`);
  }
}

const app = new App();
