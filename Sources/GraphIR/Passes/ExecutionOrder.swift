/// The places of nodes in the execution order of a graph that does not change meanwhile.
struct ExecutionOrder {
  let nodes: [Node]
  private let places: [NodeID: Int]

  init(_ graph: Graph) {
    nodes = graph.nodes
    places = Dictionary(uniqueKeysWithValues: zip(nodes.map(\.id), nodes.indices))
  }

  /// The place of a node.
  func place(of node: NodeID) -> Int {
    guard let place = places[node] else { preconditionFailure("the node is not in the order") }
    return place
  }

  /// The first place at which a value can be used.
  func firstUse(of value: ValueID, in graph: Graph) -> Int {
    graph.producer(of: value).map { place(of: $0.id) + 1 } ?? 0
  }
}
