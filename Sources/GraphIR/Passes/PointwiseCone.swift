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
  init?(from base: Node, to root: Node, in graph: Graph, _ order: ExecutionOrder) {
    guard case .fused(let fused) = base.op else { return nil }
    let candidates = Self.dependents(of: base, until: root, in: graph, order)
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
    of base: Node, until root: Node, in graph: Graph, _ order: ExecutionOrder
  ) -> [Node] {
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
  /// in execution order first.
  static func bases(of root: Node, in graph: Graph, _ order: ExecutionOrder) -> [Node] {
    let type = graph.type(of: root.result)
    var bases: [NodeID: Node] = [:]
    var seen: Set<ValueID> = []
    var pending = root.operands
    while let value = pending.popLast() {
      guard graph.type(of: value) == type, seen.insert(value).inserted,
        let node = graph.producer(of: value)
      else { continue }
      if case .fused = node.op { bases[node.id] = node }
      if case .pointwise = node.op { pending += node.operands }
    }
    return bases.values.sorted { order.place(of: $0.id) > order.place(of: $1.id) }
  }

  /// The results of the fused node and of the members that something outside of the cone uses.
  func liveResults(_ uses: Uses) -> [ValueID] {
    let inside = Set(members.map(\.node.id))
    return (base.results + members.map(\.node.result)).filter { value in
      uses.isOutput(value) || uses.nodes(using: value).contains { !inside.contains($0) }
    }
  }

  /// Images that the fused node writes today, means aside.
  func imagesBefore(_ uses: Uses) -> Int {
    zip(base.results, fused.body.yields).count { !$1.isMean && !uses.isUnused($0) }
  }

  /// Images that the fused node would write with the members in its body.
  func imagesAfter(_ uses: Uses) -> Int {
    let means = zip(base.results, fused.body.yields).count { $1.isMean && !uses.isUnused($0) }
    return liveResults(uses).count - means
  }

  /// The node before which everything the cone reads is defined and nothing it computes is used
  /// yet, as early as possible.
  func position(in graph: Graph, _ order: ExecutionOrder, _ uses: Uses) -> NodeID? {
    let inside = Set(members.map(\.node.id))
    let own = Set(base.results + members.map(\.node.result))
    var place = order.place(of: base.id)
    for operand in members.flatMap(\.node.operands) where !own.contains(operand) {
      place = max(place, order.firstUse(of: operand, in: graph))
    }
    let users = liveResults(uses).flatMap { uses.nodes(using: $0) }
    guard users.allSatisfy({ inside.contains($0) || order.place(of: $0) >= place }) else {
      return nil
    }
    return order.nodes[place]
  }
}
