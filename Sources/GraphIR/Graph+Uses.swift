/// Who uses each value of a graph, computed once for a graph that does not change meanwhile.
package struct Uses {
  private var users: [ValueID: [NodeID]] = [:]
  private var outputs: Set<ValueID> = []

  package init(_ graph: Graph) {
    outputs = Set(graph.outputs.map(\.value))
    for node in graph.nodes {
      for operand in node.operands where users[operand]?.last != node.id {
        users[operand, default: []].append(node.id)
      }
    }
  }

  /// The nodes that use a value, in execution order, each once.
  package func nodes(using value: ValueID) -> [NodeID] { users[value] ?? [] }

  /// Whether a value is an output of the graph.
  package func isOutput(_ value: ValueID) -> Bool { outputs.contains(value) }

  /// Whether nothing but `node` uses a value.
  package func onlyUser(of value: ValueID, is node: NodeID) -> Bool {
    !isOutput(value) && nodes(using: value) == [node]
  }

  /// Whether nobody uses a value.
  package func isUnused(_ value: ValueID) -> Bool {
    !isOutput(value) && nodes(using: value).isEmpty
  }
}
