// What the page shows: items (operations, steps, inputs, outputs), edges between them, and groups
// of stages and layers that hold them.

const source = JSON.parse(document.getElementById('document').textContent);

function scaled(number, unit = '') {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
  let power = 0;
  while (number >= 999.5 && power < prefixes.length - 1) {
    number /= 1000;
    power += 1;
  }
  const digits = number >= 99.95 || number === Math.round(number) ? 0 : number >= 9.995 ? 1 : 2;
  const suffix = prefixes[power] + unit;
  return number.toFixed(digits) + (suffix ? ' ' + suffix : '');
}

const typeText = (value) => `${value.element}[${value.shape.join(', ')}]`;
const percent = (part, whole) => (whole > 0 ? `${(100 * part / whole).toFixed(1)} %` : '–');
const noCost = { parameters: 0, multiply_adds: 0, bytes_read: 0, bytes_written: 0 };

function sumOfCosts(costs) {
  const sum = { ...noCost };
  for (const cost of costs) for (const key of Object.keys(sum)) sum[key] += cost[key];
  return sum;
}

/** What decides how much of the whole an item is: multiply-adds, or bytes where there are none. */
function weightOf(cost, total) {
  return total.multiply_adds > 0 ? cost.multiply_adds : cost.bytes_read + cost.bytes_written;
}

class View {
  constructor(data) {
    this.at = data.at;
    this.data = data;
    this.items = [];
    this.edges = [];
    this.byID = new Map();
    this.root = { id: 'root', title: '', children: [], parent: null, depth: 0 };
    if (data.plan) this.addSteps(); else this.addGraph();
    for (const item of this.items) this.place(item);
    this.total = data.costs.total;
    this.hasGroups = this.root.children.some((child) => child.children);
  }

  add(item) {
    this.items.push(item);
    this.byID.set(item.id, item);
  }

  /** An arrow; several values between the same two items share one. */
  connect(from, to, value) {
    this.arrows ??= new Map();
    const key = `${from.id} ${to.id}`;
    let edge = this.arrows.get(key);
    if (!edge) {
      const isState = from.stage != null && to.stage != null && from.stage < to.stage;
      edge = { from, to, values: [], isState };
      this.arrows.set(key, edge);
      this.edges.push(edge);
    }
    if (value != null) edge.values.push(value);
  }

  endpoint(id, kind, name, value, stage) {
    const type = typeText(this.data.graph.values[value]);
    return {
      id, kind, title: name, lines: [type], nodes: [], value, stage, layer: null, cost: noCost,
    };
  }

  itemOfNode(node, index) {
    const { values } = this.data.graph;
    const { stage = null, layer = null } = node.provenance;
    const convolves = node.cost.multiply_adds > 0;
    return {
      id: `op${index}`, kind: convolves ? 'convolution' : 'operation', title: node.op,
      lines: [node.caption, node.results.map((id) => typeText(values[id])).join(', ')]
        .filter((line) => line),
      nodes: [index], stage, layer, cost: node.cost,
    };
  }

  addGraph() {
    const { graph } = this.data;
    const origins = new Map();
    graph.inputs.forEach((value, index) => {
      const name = graph.values[value].name.replace(/^%/, '');
      this.add(this.endpoint(`input${index}`, 'input', name, value, null));
      origins.set(value, this.items.at(-1));
    });
    graph.nodes.forEach((node, index) => {
      const item = this.itemOfNode(node, index);
      this.add(item);
      for (const operand of new Set(node.operands)) {
        if (origins.has(operand)) this.connect(origins.get(operand), item, operand);
      }
      for (const result of node.results) origins.set(result, item);
    });
    graph.outputs.forEach((output, index) => {
      const origin = origins.get(output.value);
      const stage = origin?.stage ?? null;
      const item = this.endpoint(`output${index}`, 'output', output.name, output.value, stage);
      this.add(item);
      if (origin) this.connect(origin, item, output.value);
    });
  }

  addSteps() {
    const { graph, plan } = this.data;
    const costed = new Set();
    plan.steps.forEach((step, index) => {
      const nodes = step.nodes.map((index) => graph.nodes[index]);
      const { stage = null, layer = null } = nodes.at(-1)?.provenance ?? {};
      const isKernel = step.facts.length > 0 && !step.is_small;
      const isFirst = !step.is_small && step.results.length && !costed.has(step.nodes[0]);
      if (isFirst) costed.add(step.nodes[0]);
      const ends = step.waits_for.length === 0 ? 'input' : 'output';
      const item = {
        id: `step${index}`, title: `${index} ${step.kind}`, step: index, nodes: step.nodes,
        kind: step.is_small ? 'small' : isKernel ? 'convolution'
          : nodes.length && step.results.length ? 'operation' : ends,
        lines: isKernel ? [...nodes.map((node) => node.caption), step.facts[0].value] : [],
        stage, layer, cost: isFirst ? sumOfCosts(nodes.map((node) => node.cost)) : noCost,
      };
      this.add(item);
      for (const { step: earlier, value } of step.waits_for) {
        this.connect(this.byID.get(`step${earlier}`), item, value);
      }
    });
  }

  /** Puts an item into the groups of its stage and layer. */
  place(item) {
    let group = this.root;
    if (item.stage != null) group = this.child(group, `stage ${item.stage}`, `s${item.stage}`);
    if (item.layer != null) group = this.child(group, item.layer, `${group.id}/${item.layer}`);
    item.parent = group;
    group.children.push(item);
  }

  child(parent, title, id) {
    let group = this.byID.get(id);
    if (!group) {
      group = { id, title, children: [], parent, depth: parent.depth + 1 };
      group.isStage = parent === this.root && /^s\d+$/.test(id);
      parent.children.push(group);
      this.byID.set(id, group);
    }
    return group;
  }

  groups(group = this.root) {
    const own = group.children.filter((child) => child.children);
    return own.concat(own.flatMap((child) => this.groups(child)));
  }
}

const itemsIn = (entry) => (entry.children ? entry.children.flatMap(itemsIn) : [entry]);
const costOf = (entry) => (entry.children
  ? sumOfCosts(itemsIn(entry).map((item) => item.cost)) : entry.cost);

/** The entry that is seen where a group around it may be folded. */
function visible(entry, isOpen) {
  let seen = entry;
  for (let group = entry.parent; group; group = group.parent) {
    if (group.parent && !isOpen(group)) seen = group;
  }
  return seen;
}

const views = source.views.map((data) => new View(data))
  .sort((a, b) => ['imported', 'optimized', 'planned'].indexOf(a.at)
    - ['imported', 'optimized', 'planned'].indexOf(b.at));
