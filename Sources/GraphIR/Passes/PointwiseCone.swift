/// A fused node and the pointwise nodes between it and one of its users, all of the type of the
/// fused node's body: what can be computed together at every pixel.
struct PointwiseCone {
  let base: Node
  let fused: Fused
  /// The pointwise nodes in execution order; the last one is the root.
  let members: [(node: Node, pointwise: Pointwise)]

  /// The cone between a fused node and `root`.
  ///
  /// Fails where a path between the two has anything but pointwise nodes of one type on it: then
  /// the root needs other pixels or channels of the fused node's results.
  init?(from base: Node, to root: Node, in graph: Graph) {
    guard case .fused(let fused) = base.op else { return nil }
    let candidates = Self.dependents(of: base, until: root, in: graph)
    let means = Set(zip(base.results, fused.body.yields).filter(\.1.isMean).map(\.0))
    var needed: Set<ValueID> = [root.result]
    var members: [(node: Node, pointwise: Pointwise)] = []
    for node in candidates.reversed() where node.results.contains(where: needed.contains) {
      guard let pointwise = graph.fusiblePointwise(node),
        graph.type(of: node.result) == graph.type(of: root.result),
        node.operands.allSatisfy({ !means.contains($0) })
      else { return nil }
      needed.formUnion(node.operands)
      members.append((node, pointwise))
    }
    guard !members.isEmpty else { return nil }
    self.base = base
    self.fused = fused
    self.members = members.reversed()
  }

  /// The nodes up to `root` that need a result of `base`, in execution order.
  private static func dependents(
    of base: Node, until root: Node, in graph: Graph
  ) -> [Node] {
    let order = graph.order
    var dependent = Set(base.results)
    var nodes: [Node] = []
    for id in order.nodes[(order.place(of: base.id) + 1)...order.place(of: root.id)] {
      guard let node = graph.nodeTable[id.index],
        node.operands.contains(where: dependent.contains)
      else { continue }
      dependent.formUnion(node.results)
      nodes.append(node)
    }
    return nodes
  }

  /// The fused nodes whose results reach `root` through pointwise nodes of one type, the last one
  /// in execution order first; those that are nearest where there are very many nodes between.
  static func bases(of root: Node, in graph: Graph) -> [Node] {
    let type = graph.type(of: root.result)
    var bases: [NodeID: Node] = [:]
    var pending = root.operands
    var seen = Set(pending)
    var next = 0
    // No body takes in more; all nodes of long chains would take time that grows with the square.
    var members = 1
    while next < pending.count, members < FusedDraft.mostInstructions {
      let value = pending[next]
      next += 1
      guard graph.type(of: value) == type, let node = graph.producer(of: value) else { continue }
      if case .fused = node.op { bases[node.id] = node }
      if case .pointwise = node.op {
        members += 1
        pending += node.operands.filter { seen.insert($0).inserted }
      }
    }
    return bases.values.sorted { graph.order.precedes($1.id, $0.id) }
  }

  /// The results of the fused node and of the members that something outside of the cone uses.
  func liveResults(in graph: Graph) -> [ValueID] {
    let inside = Set(members.map(\.node.id))
    return (base.results + members.map(\.node.result)).filter { value in
      graph.isOutput(value) || graph.nodes(using: value).contains { !inside.contains($0) }
    }
  }

  /// Images that the fused node writes today, means aside.
  func imagesBefore(in graph: Graph) -> Int {
    zip(base.results, fused.body.yields).count { !$1.isMean && !graph.isUnused($0) }
  }

  /// Images that the fused node would write with the members in its body.
  func imagesAfter(in graph: Graph) -> Int {
    let means = zip(base.results, fused.body.yields).count { $1.isMean && !graph.isUnused($0) }
    return liveResults(in: graph).count - means
  }

  /// The node before which everything the cone reads is defined and nothing it computes is used
  /// yet, as early as possible.
  func position(in graph: Graph) -> NodeID? {
    let order = graph.order
    let inside = Set(members.map(\.node.id))
    let own = Set(base.results + members.map(\.node.result))
    var place = order.place(of: base.id)
    for operand in members.flatMap(\.node.operands) where !own.contains(operand) {
      guard let producer = graph.producer(of: operand) else { continue }
      place = max(place, order.place(of: producer.id) + 1)
    }
    let users = liveResults(in: graph).flatMap { graph.nodes(using: $0) }
    guard users.allSatisfy({ inside.contains($0) || order.place(of: $0) >= place }) else {
      return nil
    }
    return order.nodes[place]
  }
}
