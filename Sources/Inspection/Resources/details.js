// The panel beside the graph: what is known of the selected entry, or of the whole model.

function html(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

function table(rows, heads) {
  const row = (cells, kind) => html('tr', {}, ...cells.map((cell) => html(kind, {}, cell)));
  return html(
    'div', { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': heads?.[0] ?? 'table' },
    html('table', {},
      heads ? html('thead', {}, row(heads, 'th')) : null,
      html('tbody', {}, ...rows.map((cells) => row(cells, 'td')))));
}

/** Names with what is known about them. */
function facts(pairs) {
  const known = pairs.filter(([, value]) => value != null && value !== '');
  return html('dl', {}, ...known.flatMap(([name, value]) => [
    html('dt', {}, name), html('dd', {}, value)]));
}

const section = (title, ...children) => html('section', {}, html('h3', {}, title), ...children);

/** Bars for the numbers of a weight between its extremes. */
function histogram(elements) {
  const { histogram: counts, minimum, maximum } = elements;
  const most = Math.max(...counts, 1);
  const [width, height] = [256, 56];
  const bar = width / Math.max(counts.length, 1);
  const bars = counts.map((count, index) => svg('rect', {
    x: index * bar + 0.5, width: bar - 1, y: height - height * count / most,
    height: height * count / most,
  }, svg('title', {}, `${count} numbers`)));
  const label = `histogram of numbers from ${minimum} to ${maximum}`;
  const origin = width * -minimum / (maximum - minimum);
  const zero = minimum < 0 && maximum > 0
    ? [svg('line', { x1: origin, x2: origin, y1: 0, y2: height })] : [];
  const frame = { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label };
  return html(
    'figure', { class: 'histogram' },
    svg('svg', frame, ...bars, ...zero),
    html('figcaption', {}, html('span', {}, minimum.toPrecision(3)),
      html('span', {}, `mean ${elements.mean.toPrecision(3)} ± ${elements.deviation.toPrecision(3)}`
        + (elements.zeros ? `, ${elements.zeros} zeros` : '')),
      html('span', {}, maximum.toPrecision(3))));
}

class Details {
  constructor(element, app) {
    this.element = element;
    this.app = app;
  }

  show(pane, id) {
    const entry = id && pane.view.byID.get(id);
    const parts = !entry ? this.model(pane.view)
      : entry.children ? this.group(pane.view, entry) : this.item(pane, entry);
    this.element.replaceChildren(...parts.filter((part) => part));
    this.element.scrollTop = 0;
  }

  costFacts(cost, view) {
    const bytes = cost.bytes_read + cost.bytes_written;
    const share = percent(cost.multiply_adds, view.total.multiply_adds);
    return facts([
      ['parameters', cost.parameters.toLocaleString('en')],
      ['multiply-adds', `${scaled(cost.multiply_adds)} (${share})`],
      ['bytes read', scaled(cost.bytes_read, 'B')],
      ['bytes written', scaled(cost.bytes_written, 'B')],
      ['share of bytes', percent(bytes, view.total.bytes_read + view.total.bytes_written)],
    ]);
  }

  get sizeText() {
    const { symbols } = source.size;
    const list = Object.keys(symbols).map((name) => `${name} = ${symbols[name]}`);
    return list.length ? `for ${list.join(', ')}` : 'of fixed size';
  }

  // The model

  model(view) {
    const { data } = view;
    return [
      html('h2', {}, data.graph.name),
      facts(source.model.map(({ name, value }) => [name, value])),
      ...source.missing.map(({ at, reason }) => html(
        'p', { class: 'note' }, `There is no ${at} form: ${reason}`)),
      section(`Costs, ${this.sizeText}`, this.costFacts(view.total, view)),
      data.costs.layers.length > 1 ? section('Layers', this.layerTable(data)) : null,
      data.plan ? section('Plan', this.planFacts(data.plan)) : null,
      data.passes.length ? section('Passes', table(
        data.passes.map(({ pass, before, after, changed }) => [
          pass, `${before}`, changed ? `${after}` : '·']),
        ['pass', 'before', 'after'])) : null,
    ];
  }

  layerTable(data) {
    const total = data.costs.total.multiply_adds;
    return table(data.costs.layers.map((row) => [
      row.stage == null ? '–' : `${row.stage}`, row.layer ?? '–', `${row.operations}`,
      scaled(row.cost.multiply_adds), percent(row.cost.multiply_adds, total),
    ]), ['stage', 'layer', 'ops', 'mul-adds', 'share']);
  }

  planFacts(plan) {
    const kernels = plan.steps.flatMap((step) => step.kernels);
    return facts([
      ['target', `${plan.target}, ${plan.cpu}, ${plan.lanes} lanes`],
      ['steps', `${plan.steps.length}`],
      ['kernels', `${new Set(kernels).size}`],
      ['memory', `${scaled(plan.memory.bytes, 'B')} on one thread`],
      ['scratch of a thread', scaled(plan.memory.scratch_bytes, 'B')],
    ]);
  }

  // A stage or a layer

  group(view, group) {
    const items = itemsIn(group);
    const kinds = new Map();
    for (const item of items) {
      const kind = item.step == null ? item.title : view.data.plan.steps[item.step].kind;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    const path = [];
    for (let each = group; each.parent; each = each.parent) path.unshift(each.title);
    return [
      html('h2', {}, path.join(' › ')),
      section('Holds', facts([...kinds].map(([kind, count]) => [kind, `${count}`]))),
      section(`Costs, ${this.sizeText}`, this.costFacts(costOf(group), view)),
    ];
  }

  // An operation, a step, an input or an output

  item(pane, item) {
    const { view } = pane;
    const step = item.step == null ? null : view.data.plan.steps[item.step];
    const parts = [html('h2', {}, item.title)];
    if (step) parts.push(html('pre', { tabindex: 0 }, step.text), this.stepSection(step));
    if (item.value != null) {
      const { name, extents, bytes } = view.data.graph.values[item.value];
      parts.push(facts([
        ['value', name], ['type', item.lines[0]], ['extents', extents?.join(' × ')],
        ['bytes', scaled(bytes, 'B')]]));
    }
    for (const index of item.nodes) {
      parts.push(...this.node(pane, view.data.graph.nodes[index], item));
    }
    return parts;
  }

  stepSection(step) {
    return section('Chosen', facts([
      ['kernel', step.kernels.map((number) => `number ${number}`).join(', ')],
      ['threads', step.is_small ? 'no rows to share' : 'all, by rows'],
      ...step.facts.map(({ name, value }) => [name, value])]));
  }

  node(pane, node, item) {
    const { view } = pane;
    const { values } = view.data.graph;
    const { source: key, stage, layer, passes } = node.provenance;
    const attributes = Object.entries(node.attributes)
      .map(([name, value]) => [name, JSON.stringify(value)]);
    const weights = [...new Set(node.operands)].map((id) => values[id])
      .filter((value) => value.kind === 'weight' && value.elements);
    return [
      html('pre', { tabindex: 0 }, node.text),
      section('Provenance', facts([
        ['stands for', key], ['stage', stage == null ? null : `${stage}`], ['layer', layer],
        ['passes', passes.join(', ')]])),
      section('Operands', this.valueTable(pane, node.operands)),
      section('Results', this.valueTable(pane, node.results)),
      attributes.length ? section('Attributes', facts(attributes)) : null,
      section(`Costs, ${this.sizeText}`, this.costFacts(node.cost, view)),
      item.step == null ? this.stepsOf(item) : null,
      weights.length ? section('Weights', ...weights.flatMap((value) => [
        html('h4', {}, `${value.name} ${typeText(value)}`),
        value.elements.histogram.length ? histogram(value.elements)
          : html('p', {}, `all numbers are ${value.elements.minimum}`)])) : null,
    ];
  }

  valueTable(pane, ids) {
    return table(ids.map((id) => {
      const value = pane.view.data.graph.values[id];
      const origin = this.app.origin(pane, id);
      const follow = () => this.app.select(pane, origin, true);
      const name = origin
        ? html('button', { class: 'link', onclick: follow }, value.name) : value.name;
      return [name, typeText(value), scaled(value.bytes, 'B')];
    }), ['value', 'type', 'bytes']);
  }

  /** What the plan makes of an operation of the optimized graph. */
  stepsOf(item) {
    const planned = views.find((view) => view.at === 'planned');
    if (this.app.active.view.at !== 'optimized' || !planned) return null;
    const steps = planned.items.filter((other) => other.nodes.includes(item.nodes[0]));
    const pane = this.app.panes.find((other) => other.view === planned);
    return section('Steps of the plan', html('ul', {}, ...steps.map((other) => html('li', {},
      html('button', {
        class: 'link', onclick: () => this.app.showStep(pane, other.id),
      }, other.title),
      other.lines[1] ? ` ${other.lines[1]}` : ''))));
  }
}
