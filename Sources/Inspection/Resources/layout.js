// Layered drawing: groups are laid out from the inside out, each as layers of boxes with as few
// crossings as some sweeps find; arrows over several layers get a lane of their own in each.

const spacing = { across: 22, between: 30, lane: 12, padding: 14, title: 24, stages: 70 };

/** Layers of boxes: the longest path from a source decides. Edges lead to a higher index. */
function rankOf(count, edges) {
  const ranks = new Array(count).fill(0);
  const outgoing = Array.from({ length: count }, () => []);
  const incoming = new Array(count).fill(0);
  for (const [from, to] of edges) {
    outgoing[from].push(to);
    incoming[to] += 1;
  }
  for (let box = 0; box < count; box += 1) {
    for (const next of outgoing[box]) ranks[next] = Math.max(ranks[next], ranks[box] + 1);
  }
  // What nothing leads to stands right above its first reader.
  for (let box = count - 1; box >= 0; box -= 1) {
    if (incoming[box] === 0 && outgoing[box].length > 0) {
      ranks[box] = Math.min(...outgoing[box].map((next) => ranks[next])) - 1;
    }
  }
  const lowest = Math.min(0, ...ranks);
  return ranks.map((rank) => rank - lowest);
}

/** Boxes and lanes by layer, with their neighbours above and below. */
function makeLayers(boxes, edges) {
  const ranks = rankOf(boxes.length, edges);
  const nodes = boxes.map((box, index) => ({
    width: box.width, height: box.height, rank: ranks[index], up: [], down: [], box: index,
  }));
  const link = (a, b) => {
    a.down.push(b);
    b.up.push(a);
  };
  const lanes = new Map();
  for (const [from, to] of edges) {
    let last = nodes[from];
    const chain = [];
    for (let rank = ranks[from] + 1; rank < ranks[to]; rank += 1) {
      const lane = { width: 2, height: 0, rank, up: [], down: [], box: null };
      nodes.push(lane);
      chain.push(lane);
      link(last, lane);
      last = lane;
    }
    link(last, nodes[to]);
    lanes.set(`${from} ${to}`, chain);
  }
  const layers = [];
  for (const node of nodes) (layers[node.rank] ??= []).push(node);
  for (let rank = 0; rank < layers.length; rank += 1) layers[rank] ??= [];
  return { nodes, layers, lanes };
}

function renumber(layer) {
  layer.forEach((node, index) => { node.order = index; });
}

function crossings(layers) {
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((node) => node.down.map((next) => next.order).sort((a, b) => a - b));
    for (let i = 0; i < ends.length; i += 1) {
      for (let j = i + 1; j < ends.length; j += 1) if (ends[j] < ends[i]) count += 1;
    }
  }
  return count;
}

/** Orders every layer by the mean place of its neighbours, downwards and upwards in turn. */
function orderLayers(layers) {
  layers.forEach(renumber);
  const widest = Math.max(...layers.map((layer) => layer.length));
  const sweeps = widest < 2 ? 0 : widest > 200 ? 4 : 12;
  let best = layers.map((layer) => [...layer]);
  let fewest = sweeps ? crossings(layers) : 0;
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      for (const node of layer) {
        const near = isDown ? node.up : node.down;
        node.mean = near.length
          ? near.reduce((sum, other) => sum + other.order, 0) / near.length : node.order;
      }
      layer.sort((a, b) => a.mean - b.mean);
      renumber(layer);
    }
    const found = crossings(layers);
    if (found < fewest) [best, fewest] = [layers.map((layer) => [...layer]), found];
  }
  best.forEach(renumber);
  return best;
}

/** Moves the nodes of a layer as close to where they want to be as their widths allow. */
function settle(layer, wish) {
  let offset = 0;
  const blocks = [];
  for (const [index, node] of layer.entries()) {
    if (index > 0) {
      const gap = node.box == null && layer[index - 1].box == null ? spacing.lane : spacing.across;
      offset += layer[index - 1].width / 2 + gap + node.width / 2;
    }
    const weight = node.box == null ? 1 : 8;
    blocks.push({ sum: (wish(node) - offset) * weight, weight, nodes: [[node, offset]] });
    // Blocks that would overlap become one, in the middle of what both want.
    while (blocks.length > 1) {
      const [a, b] = blocks.slice(-2);
      if (a.sum / a.weight <= b.sum / b.weight) break;
      blocks.splice(-2, 2, {
        sum: a.sum + b.sum, weight: a.weight + b.weight, nodes: a.nodes.concat(b.nodes),
      });
    }
  }
  for (const block of blocks) {
    for (const [node, start] of block.nodes) node.x = block.sum / block.weight + start;
  }
}

function setColumns(layers) {
  for (const layer of layers) {
    let right = 0;
    for (const node of layer) {
      node.x = right + node.width / 2;
      right += node.width + spacing.across;
    }
    for (const node of layer) node.x -= right / 2;
  }
  // Boxes follow boxes, so that a chain with lanes beside it stays straight.
  const mean = (nodes, fallback) => {
    const boxes = nodes.filter((node) => node.box != null);
    const near = boxes.length ? boxes : nodes;
    return near.length ? near.reduce((sum, other) => sum + other.x, 0) / near.length : fallback;
  };
  for (let sweep = 0; sweep < 10; sweep += 1) {
    for (const layer of layers) settle(layer, (node) => mean(node.up, node.x));
    for (const layer of [...layers].reverse()) settle(layer, (node) => mean(node.down, node.x));
  }
  for (const layer of layers) settle(layer, (node) => mean(node.up.concat(node.down), node.x));
}

/**
 * Places boxes `{width, height}` from top to bottom.
 *
 * Returns their size together; boxes get `x` and `y`, edges `[from, to]` the points of their lanes.
 */
function layered(boxes, edges) {
  if (boxes.length === 0) return { width: 0, height: 0, lanes: new Map() };
  const { layers: unordered, lanes } = makeLayers(boxes, edges);
  const layers = orderLayers(unordered);
  setColumns(layers);
  let y = 0;
  for (const layer of layers) {
    const height = Math.max(...layer.map((node) => node.height), 0);
    for (const node of layer) node.y = y + height / 2;
    y += height + spacing.between;
  }
  const all = layers.flat();
  const left = Math.min(...all.map((node) => node.x - node.width / 2));
  const right = Math.max(...all.map((node) => node.x + node.width / 2));
  for (const node of all) {
    node.x -= left;
    if (node.box != null) {
      const box = boxes[node.box];
      [box.x, box.y] = [node.x - box.width / 2, node.y - box.height / 2];
    }
  }
  return { width: right - left, height: y - spacing.between, lanes };
}

/**
 * Places everything that is visible.
 *
 * Returns boxes by entry, with absolute coordinates, and the path of every visible edge.
 */
class Drawing {
  constructor(view, isOpen, measure) {
    this.view = view;
    this.isOpen = isOpen;
    this.measure = measure;
    this.boxes = new Map();
    this.lanes = new Map();
    this.positions = new Map(view.items.map((item, index) => [item, index]));
    this.collectEdges();
    const size = view.groups().some((group) => group.isStage)
      ? this.placeStages(view.root) : this.placeChildren(view.root, view.root.children);
    this.width = size.width;
    this.height = size.height;
    this.shift(view.root, 0, 0);
  }

  /** Edges between what is visible, several in one where they lead between the same boxes. */
  collectEdges() {
    const seen = new Map();
    this.edges = [];
    for (const edge of this.view.edges) {
      const from = visible(edge.from, this.isOpen);
      const to = visible(edge.to, this.isOpen);
      if (from === to) continue;
      if (!seen.has(from)) seen.set(from, new Map());
      let drawn = seen.get(from).get(to);
      if (!drawn) {
        drawn = { from, to, isState: edge.isState, values: [] };
        seen.get(from).set(to, drawn);
        this.edges.push(drawn);
      }
      drawn.values.push(...edge.values);
    }
  }

  /** The child of a group that an entry is in; nil outside of it. */
  childOf(group, entry) {
    let child = entry;
    while (child && child.parent !== group) child = child.parent;
    return child;
  }

  firstPosition(entry) {
    return entry.children
      ? Math.min(...entry.children.map((child) => this.firstPosition(child)))
      : this.positions.get(entry);
  }

  boxOf(entry) {
    let box = this.boxes.get(entry);
    if (box) return box;
    box = { entry, x: 0, y: 0, width: 0, height: 0 };
    if (entry.children && this.isOpen(entry)) {
      const size = this.placeChildren(entry, entry.children);
      box.inner = { x: spacing.padding, y: spacing.title + 6 };
      box.width = Math.max(size.width, this.measure.title(entry.title)) + 2 * spacing.padding;
      box.inner.x += (box.width - 2 * spacing.padding - size.width) / 2;
      box.height = size.height + spacing.title + 6 + spacing.padding;
    } else {
      Object.assign(box, this.measure.entry(entry));
    }
    this.boxes.set(entry, box);
    return box;
  }

  placeChildren(group, children) {
    const order = [...children].sort((a, b) => this.firstPosition(a) - this.firstPosition(b));
    const places = new Map(order.map((child, index) => [child, index]));
    const boxes = order.map((child) => this.boxOf(child));
    const pairs = new Map();
    for (const { from, to } of this.edges) {
      const a = places.get(this.childOf(group, from));
      const b = places.get(this.childOf(group, to));
      if (a != null && b != null && a < b) pairs.set(`${a} ${b}`, [a, b]);
    }
    const { lanes, ...size } = layered(boxes, [...pairs.values()]);
    for (const [key, [a, b]] of pairs) {
      const chain = lanes.get(key);
      if (chain.length) this.lanes.set(`${order[a].id} ${order[b].id}`, { group, chain });
    }
    return size;
  }

  /** Stages beside each other, what is before them at the left, what comes after at the right. */
  placeStages(root) {
    const stages = root.children.filter((child) => child.isStage)
      .sort((a, b) => parseInt(a.id.slice(1), 10) - parseInt(b.id.slice(1), 10));
    const others = root.children.filter((child) => !child.isStage);
    const first = Math.min(...stages.map((stage) => this.firstPosition(stage)));
    const before = others.filter((child) => this.firstPosition(child) < first);
    const after = others.filter((child) => this.firstPosition(child) >= first);
    let x = 0;
    let height = 0;
    const top = spacing.between;
    for (const column of [before, ...stages.map((stage) => [stage]), after]) {
      if (column.length === 0) continue;
      const known = this.lanes.size;
      const size = this.placeChildren(root, column);
      const own = [...this.lanes.values()].slice(known).filter((lane) => lane.group === root);
      const moved = column.map((child) => this.boxes.get(child));
      for (const point of moved.concat(own.flatMap((lane) => lane.chain))) {
        point.x += x;
        point.y += top;
      }
      x += size.width + spacing.stages;
      height = Math.max(height, size.height);
    }
    return { width: x - spacing.stages, height: height + top };
  }

  /** Makes coordinates within groups absolute. */
  shift(group, x, y) {
    for (const child of group.children) {
      const box = this.boxes.get(child);
      if (!box) continue;
      box.x += x;
      box.y += y;
      if (box.inner) this.shift(child, box.x + box.inner.x, box.y + box.inner.y);
    }
    if (group.parent == null) return;
    for (const lane of this.lanes.values()) {
      if (lane.group !== group) continue;
      for (const point of lane.chain) {
        point.x += x;
        point.y += y;
      }
    }
  }

  /** The path of a visible edge. */
  path({ from, to, isState }) {
    const a = this.boxes.get(from);
    const b = this.boxes.get(to);
    const group = commonGroup(from, to);
    const [outer, inner] = [this.childOf(group, from), this.childOf(group, to)];
    if (group.parent == null && (outer.isStage || inner.isStage) && outer !== inner) {
      return this.sideways(a, b, this.boxes.get(outer), this.boxes.get(inner), isState);
    }
    const start = { x: a.x + a.width / 2, y: a.y + a.height };
    const end = { x: b.x + b.width / 2, y: b.y };
    const points = [start];
    const leave = this.boxes.get(outer);
    if (outer !== from) points.push({ x: start.x, y: leave.y + leave.height });
    points.push(...(this.lanes.get(`${outer.id} ${inner.id}`)?.chain ?? []));
    const enter = this.boxes.get(inner);
    if (inner !== to) points.push({ x: end.x, y: enter.y });
    return downwards(points.concat(end));
  }

  /** Between stages: from the right of a box to the left of another, long ways above the rest. */
  sideways(a, b, outer, inner, isState) {
    const start = { x: a.x + a.width, y: a.y + a.height / 2 };
    const end = { x: b.x, y: b.y + b.height / 2 };
    const gap = inner.x - (outer.x + outer.width);
    const bend = spacing.stages * 0.6;
    if (gap <= spacing.stages + 1 || isState) {
      const reach = Math.max(bend, (end.x - start.x) / 2);
      return `M${start.x} ${start.y}C${start.x + reach} ${start.y} ${end.x - reach} ${end.y} `
        + `${end.x} ${end.y}`;
    }
    const above = inner.y - spacing.between * 0.7;
    const [out, turn] = [start.x + bend, inner.x - bend / 2];
    return `M${start.x} ${start.y}C${out - 10} ${start.y} ${start.x + 10} ${above} ${out} ${above}`
      + `L${turn - 30} ${above}C${turn} ${above} ${turn} ${above} ${turn} ${above + 30}`
      + `L${turn} ${end.y - 20}Q${turn} ${end.y} ${end.x} ${end.y}`;
  }
}

function commonGroup(first, second) {
  const around = new Set();
  for (let group = first.parent; group; group = group.parent) around.add(group);
  let group = second.parent;
  while (!around.has(group)) group = group.parent;
  return group;
}

/** A smooth line through points from top to bottom. */
function downwards(points) {
  let text = `M${points[0].x} ${points[0].y}`;
  for (let i = 1; i < points.length; i += 1) {
    const [p, q] = [points[i - 1], points[i]];
    const bend = Math.max(Math.abs(q.y - p.y) / 2, q.y < p.y ? 40 : 4);
    text += `C${p.x} ${p.y + bend} ${q.x} ${q.y - bend} ${q.x} ${q.y}`;
  }
  return text;
}
