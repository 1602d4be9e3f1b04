// One graph on the page: drawing, panning and zooming, selection and folding.

const svgNamespace = 'http://www.w3.org/2000/svg';

function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const textMeasure = document.createElement('canvas').getContext('2d');
const fonts = { title: '600 12px system-ui, sans-serif', line: '11px system-ui, sans-serif' };
const widestLine = 250;
const margin = 24;

function textWidth(text, font) {
  textMeasure.font = fonts[font];
  return textMeasure.measureText(text).width;
}

function shortened(text, font, width) {
  if (textWidth(text, font) <= width) return text;
  let length = text.length;
  while (length > 1 && textWidth(`${text.slice(0, length)}…`, font) > width) length -= 1;
  return `${text.slice(0, length)}…`;
}

/** Title and lines of what stands in a box. */
function contents(entry) {
  if (!entry.children) return { title: entry.title, lines: entry.lines };
  const items = itemsIn(entry).filter((item) => item.value == null);
  const cost = costOf(entry);
  const unit = items[0]?.step == null ? 'operation' : 'step';
  const lines = [`${items.length} ${unit}${items.length === 1 ? '' : 's'}`];
  if (cost.multiply_adds > 0) lines.push(`${scaled(cost.multiply_adds)} multiply-adds`);
  return { title: entry.title, lines };
}

const measure = {
  title: (text) => textWidth(text, 'title') + 30,
  entry(entry) {
    const { title, lines } = contents(entry);
    const widths = lines.map((line) => Math.min(textWidth(line, 'line'), widestLine));
    const width = Math.max(64, textWidth(title, 'title') + (entry.children ? 16 : 0), ...widths);
    return { width: Math.ceil(width) + 20, height: 22 + 15 * lines.length + 4 };
  },
};

class Pane {
  constructor(view, app) {
    this.view = view;
    this.app = app;
    this.open = new Set();
    this.elements = new Map();
    this.scale = 1;
    this.offset = { x: 0, y: 0 };
    this.scene = svg('g');
    this.canvas = svg('svg', { role: 'group', class: 'canvas' }, svg('defs'), this.scene);
    this.canvas.setAttribute(
      'aria-label', `${view.at} graph; arrow keys move, Enter folds a group, plus and minus zoom`);
    for (const kind of ['plain', 'state', 'near']) {
      this.canvas.firstChild.append(svg('marker', {
        id: `${view.at}-${kind}`, class: `arrow ${kind}`, viewBox: '0 0 8 8', refX: 7, refY: 4,
        markerWidth: 7, markerHeight: 7, orient: 'auto',
      }, svg('path', { d: 'M0 0.5L8 4L0 7.5Z' })));
    }
    this.element = document.createElement('section');
    this.element.className = 'pane';
    const heading = document.createElement('h2');
    const unit = view.data.plan ? 'steps' : 'operations';
    const count = view.data.plan?.steps.length ?? view.data.graph.nodes.length;
    heading.textContent = `${view.at[0].toUpperCase()}${view.at.slice(1)} · ${count} ${unit}`;
    this.element.append(heading, this.canvas);
    this.fold(view.hasGroups ? 'layers' : 'all');
    this.listen();
  }

  /** Opens everything, stages only, or nothing. */
  fold(depth) {
    const groups = this.view.groups();
    const isOpen = (group) => depth === 'all'
      || (depth === 'layers' && group.children.some((child) => child.children));
    this.open = new Set(groups.filter(isOpen));
    this.level = depth;
  }

  toggle(group) {
    const before = this.drawing.boxes.get(group);
    if (this.open.has(group)) this.open.delete(group); else this.open.add(group);
    this.draw();
    // The corner of the group stays where it is on the screen.
    const after = this.drawing.boxes.get(group);
    if (before && after) {
      this.offset.x += (before.x - after.x) * this.scale;
      this.offset.y += (before.y - after.y) * this.scale;
    }
    this.move();
  }

  draw() {
    this.drawing = new Drawing(this.view, (group) => this.open.has(group), measure);
    this.elements.clear();
    const groups = svg('g');
    const edges = svg('g', { 'aria-hidden': 'true' });
    const items = svg('g');
    const boxes = [...this.drawing.boxes.values()];
    const heaviest = Math.max(...boxes.filter((box) => !box.inner)
      .map((box) => weightOf(costOf(box.entry), this.view.total)), 1);
    // Outer groups first, so that inner ones are drawn upon them.
    const opened = boxes.filter((box) => box.inner);
    opened.sort((a, b) => a.entry.depth - b.entry.depth);
    for (const box of opened) groups.append(this.groupElement(box));
    for (const box of boxes.filter((each) => !each.inner)) {
      items.append(this.itemElement(box, heaviest));
    }
    for (const edge of this.drawing.edges) {
      const kind = edge.isState ? 'edge state' : 'edge';
      edge.element = svg('path', { d: this.drawing.path(edge), class: kind });
      edge.element.append(svg('title', {}, this.edgeTitle(edge)));
      edges.append(edge.element);
    }
    this.scene.replaceChildren(groups, edges, items);
    this.mark();
  }

  edgeTitle(edge) {
    const { values } = this.view.data.graph;
    return [...new Set(edge.values)].map((id) => `${values[id].name}: ${typeText(values[id])}`)
      .join('\n') || 'scaled weights';
  }

  entryElement(entry, kind, label) {
    const element = svg('g', {
      class: `entry ${kind}`, tabindex: -1, role: 'button', 'aria-label': label,
      'data-id': entry.id,
    });
    if (entry.children) element.setAttribute('aria-expanded', String(this.open.has(entry)));
    this.elements.set(entry.id, element);
    return element;
  }

  groupElement(box) {
    const { entry, x, y, width, height } = box;
    const label = `${entry.title}, ${itemsIn(entry).length} inside`;
    const element = this.entryElement(entry, `group depth${entry.depth}`, label);
    element.append(
      svg('rect', { x, y, width, height, rx: 8 }),
      svg('text', { x: x + 12, y: y + 19, class: 'title' }, `▾ ${entry.title}`));
    return element;
  }

  itemElement(box, heaviest) {
    const { entry, x, y, width, height } = box;
    const { title, lines } = contents(entry);
    const kind = entry.children ? 'folded' : entry.kind;
    const place = [entry.layer, entry.stage != null ? `stage ${entry.stage}` : ''];
    const element = this.entryElement(
      entry, kind, [title, ...lines, ...place].filter((word) => word).join(', '));
    element.append(svg('rect', { x, y, width, height, rx: /put$/.test(kind) ? 12 : 5 }));
    const middle = x + width / 2;
    const mark = entry.children ? '▸ ' : '';
    element.append(svg('text', { x: middle, y: y + 16, class: 'title' }, `${mark}${title}`));
    lines.forEach((line, index) => {
      const words = shortened(line, 'line', widestLine);
      element.append(svg('text', { x: middle, y: y + 31 + 15 * index, class: 'line' }, words));
    });
    const weight = weightOf(costOf(entry), this.view.total) / heaviest;
    if (weight > 0.005) {
      const bar = { x: x + 5, y: y + height - 4, width: (width - 10) * weight, height: 2 };
      element.append(svg('rect', { ...bar, class: 'cost' }));
    }
    if (!entry.children) {
      const text = entry.step == null ? this.view.data.graph.nodes[entry.nodes[0]]?.text
        : this.view.data.plan.steps[entry.step].text;
      if (text) element.append(svg('title', {}, text));
    }
    return element;
  }

  /** Shows what is selected, what it is connected with, and what the search found. */
  mark() {
    const { selected, matches } = this.app;
    const own = selected && this.view.byID.get(this.app.idIn(this, selected));
    const seen = own && visible(own, (group) => this.open.has(group));
    const isActive = this === this.app.active;
    let entry = seen && this.elements.has(seen.id) ? seen.id : null;
    const found = matches && new Set(matches.filter((match) => match.pane === this)
      .map((match) => visible(match.entry, (group) => this.open.has(group)).id));
    for (const [id, element] of this.elements) {
      const isSelected = id === entry;
      element.classList.toggle('selected', isSelected && isActive);
      element.classList.toggle('related', isSelected && !isActive);
      const isFound = !found || found.has(id) || element.classList.contains('group');
      element.classList.toggle('dimmed', !isFound);
      element.setAttribute('tabindex', -1);
    }
    entry ??= this.elements.keys().next().value;
    this.elements.get(entry)?.setAttribute('tabindex', 0);
    for (const edge of this.drawing.edges) {
      const isNear = isActive && seen && (edge.from === seen || edge.to === seen);
      edge.element.classList.toggle('near', Boolean(isNear));
      const kind = isNear ? 'near' : edge.isState ? 'state' : 'plain';
      edge.element.setAttribute('marker-end', `url(#${this.view.at}-${kind})`);
    }
  }

  // Panning and zooming

  move() {
    this.scene.setAttribute(
      'transform', `translate(${this.offset.x} ${this.offset.y}) scale(${this.scale})`);
  }

  get size() {
    const { width, height } = this.canvas.getBoundingClientRect();
    return { width: width || 800, height: height || 600 };
  }

  /** The scale at which all is seen; what would be too small to be read is shown from its top. */
  fittingScale({ width, height }) {
    const across = (width - 2 * margin) / this.drawing.width;
    const fitting = Math.min(across, (height - 2 * margin) / this.drawing.height);
    return Math.max(Math.min(1.25, Math.max(fitting, Math.min(0.35, across))), 0.04);
  }

  fit() {
    const { width, height } = this.size;
    this.scale = this.fittingScale(this.size);
    this.offset.x = (width - this.drawing.width * this.scale) / 2;
    this.offset.y = Math.max(margin, (height - this.drawing.height * this.scale) / 2);
    this.move();
  }

  zoom(factor, at) {
    const { width, height } = this.size;
    const point = at ?? { x: width / 2, y: height / 2 };
    const scale = Math.min(4, Math.max(0.03, this.scale * factor));
    this.offset.x = point.x - (point.x - this.offset.x) * scale / this.scale;
    this.offset.y = point.y - (point.y - this.offset.y) * scale / this.scale;
    this.scale = scale;
    this.move();
  }

  /** Brings an entry into sight, large enough to be read. */
  reveal(entry) {
    const box = this.drawing.boxes.get(entry);
    if (!box) return;
    const { width, height } = this.size;
    if (this.scale < 0.6) this.scale = 0.9;
    const x = (box.x + (box.inner ? 60 : box.width / 2)) * this.scale + this.offset.x;
    const y = (box.y + (box.inner ? 12 : box.height / 2)) * this.scale + this.offset.y;
    if (x < 60 || x > width - 60) this.offset.x += width / 2 - x;
    if (y < 40 || y > height - 40) this.offset.y += height / 2 - y;
    this.move();
  }

  listen() {
    let drag = null;
    this.canvas.addEventListener('pointerdown', (event) => {
      drag = { x: event.clientX, y: event.clientY, moved: false };
    });
    this.canvas.addEventListener('pointermove', (event) => {
      if (!drag || !(event.buttons & 1)) return;
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (!drag.moved && Math.hypot(dx, dy) < 4) return;
      if (!drag.moved) this.canvas.setPointerCapture(event.pointerId);
      drag = { x: event.clientX, y: event.clientY, moved: true };
      this.offset.x += dx;
      this.offset.y += dy;
      this.move();
    });
    this.canvas.addEventListener('click', (event) => {
      if (drag?.moved) return;
      const id = event.target.closest('.entry')?.dataset.id;
      this.app.select(this, id ?? null);
      const entry = id && this.view.byID.get(id);
      const isTitle = event.target.classList.contains('title');
      if (entry?.children && isTitle) this.app.toggle(this, entry);
    });
    this.canvas.addEventListener('dblclick', (event) => {
      const entry = this.view.byID.get(event.target.closest('.entry')?.dataset.id);
      const isTitle = event.target.classList.contains('title');
      if (entry?.children && !isTitle) this.app.toggle(this, entry);
    });
    this.canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      const { left, top } = this.canvas.getBoundingClientRect();
      const point = { x: event.clientX - left, y: event.clientY - top };
      this.zoom(Math.exp(-event.deltaY * 0.0015), point);
    }, { passive: false });
    this.canvas.addEventListener('focusin', (event) => {
      const entry = event.target.closest('.entry');
      if (entry && !entry.classList.contains('selected')) this.app.select(this, entry.dataset.id);
    });
  }

  /** The nearest entry in a direction, `{x, y}` with one of them ±1. */
  neighbour(id, direction) {
    const middle = (box) => ({
      x: box.x + (box.inner ? Math.min(box.width / 2, 60) : box.width / 2),
      y: box.y + (box.inner ? 12 : box.height / 2),
    });
    const start = this.drawing.boxes.get(this.view.byID.get(id));
    if (!start) return this.elements.keys().next().value;
    const from = middle(start);
    let best = null;
    for (const box of this.drawing.boxes.values()) {
      const to = middle(box);
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const along = dx * direction.x + dy * direction.y;
      const aside = Math.abs(dx * direction.y) + Math.abs(dy * direction.x);
      if (along < 1) continue;
      const distance = along + 2.5 * aside;
      if (!best || distance < best.distance) best = { distance, id: box.entry.id };
    }
    return best?.id;
  }
}
