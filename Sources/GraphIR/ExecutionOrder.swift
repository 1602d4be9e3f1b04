/// The places of nodes in the execution order of a graph that does not change meanwhile.
struct ExecutionOrder {
  let nodes: [NodeID]
  private var places: [Int]

  init(_ graph: Graph) {
    nodes = graph.order
    places = Array(repeating: -1, count: graph.nodeTable.count)
    for (place, node) in nodes.enumerated() { places[node.index] = place }
  }

  /// The place of a node.
  func place(of node: NodeID) -> Int { places[node.index] }

  /// The first place at which a value can be used.
  func firstUse(of value: ValueID, in graph: Graph) -> Int {
    guard case .result(let node, _) = graph[value].definition else { return 0 }
    return place(of: node) + 1
  }
}
