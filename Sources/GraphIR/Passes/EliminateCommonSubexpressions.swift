/// Computes what several nodes compute only once: equal operations on equal operands.
///
/// ```
/// %0 = tanh %x                      %0 = tanh %x
/// %1 = tanh %x                 →    %1 = mul %0, %0
/// %2 = mul %0, %1                   return y: %1
/// return y: %2
/// ```
package struct EliminateCommonSubexpressions: GraphPass {
  package let name = "cse"

  package init() {}

  /// What two nodes that compute the same have in common.
  private struct Computation: Hashable {
    var op: Op
    var operands: [ValueID]
  }

  package func run(on graph: inout Graph, _ context: PassContext) throws(GraphError) -> Bool {
    var known: [Computation: NodeID] = [:]
    var repeated: Set<NodeID> = []
    for id in graph.order.nodes {
      let node = graph[id]
      let computation = Computation(op: node.op, operands: node.operands)
      guard let first = known[computation] else {
        known[computation] = id
        continue
      }
      graph.merge(node, into: graph[first], by: name)
      repeated.insert(id)
    }
    graph.remove(repeated)
    return !repeated.isEmpty
  }
}

extension Graph {
  /// Makes the users of one node use another that computes the same.
  fileprivate mutating func merge(_ node: Node, into first: Node, by pass: String) {
    for (old, new) in zip(node.results, first.results) { replaceUses(of: old, with: new) }
    setProvenance(first.provenance.merged(with: node.provenance, by: pass), of: first.id)
  }
}
