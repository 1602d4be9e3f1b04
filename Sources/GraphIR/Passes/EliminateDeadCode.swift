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
    var live = Set(graph.outputs.map(\.value))
    var dead: Set<NodeID> = []
    for node in graph.nodes.reversed() {
      if node.results.contains(where: live.contains) {
        live.formUnion(node.operands)
      } else {
        dead.insert(node.id)
      }
    }
    let weights = graph.weightNames.count
    graph.remove(dead)
    graph.removeUnusedWeights()
    return !dead.isEmpty || graph.weightNames.count != weights
  }
}
