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
    graph.removeUnused()
  }
}
