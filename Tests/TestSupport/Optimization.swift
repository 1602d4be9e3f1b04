package import GraphIR
internal import Interpreter

extension Graph {
  /// The graph after every pass that `compile` runs.
  ///
  /// - Throws: `GraphError` of a pass that fails.
  package func optimized() throws(GraphError) -> Graph {
    var graph = self
    try PassRunner(context: PassContext(evaluate: constantEvaluator()))
      .run(Pipeline.optimization, on: &graph)
    return graph
  }
}
