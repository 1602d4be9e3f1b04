/// Removes nodes and weights that no output depends on.
///
/// ```
/// %0 = relu %image                  %0 = relu %image
/// %1 = tanh %image            →     return y: %0
/// return y: %0
/// ```
package struct EliminateDeadCode: GraphPass {
  package let name = "dead-code"

  package init() {}

  package func run(on graph: inout Graph, _ context: PassContext) throws(GraphError) -> Bool {
    var live = Array(repeating: false, count: graph.values.count)
    for output in graph.outputs { live[output.value.index] = true }
    var dead: Set<NodeID> = []
    for id in graph.order.reversed() {
      guard let node = graph.nodeTable[id.index] else { continue }
      if node.results.contains(where: { live[$0.index] }) {
        for operand in node.operands { live[operand.index] = true }
      } else {
        dead.insert(id)
      }
    }
    graph.remove(dead)
    return graph.removeWeights { !live[$0.index] } || !dead.isEmpty
  }
}
