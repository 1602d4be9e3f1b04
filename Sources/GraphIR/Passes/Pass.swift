/// A named transformation of graphs that keeps what they compute.
package protocol Pass: Sendable {
  /// The name on the command line and in provenance, in kebab case.
  var name: String { get }
}

/// A pass that sees the whole graph at once.
package protocol GraphPass: Pass {
  /// Transforms the graph.
  ///
  /// - Returns: Whether anything changed.
  func run(on graph: inout Graph, _ context: PassContext) throws(GraphError) -> Bool
}

/// A pass that looks at one node and what surrounds it.
///
/// The runner offers nodes in execution order, again and again until none matches, removes what
/// became unused after each edit, and verifies the result.
package protocol RewritePass: Pass {
  /// Edits the graph around one node.
  ///
  /// - Returns: Whether the pattern matched and the graph was edited.
  func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool
}

/// What passes get from outside: arithmetic on constants.
package struct PassContext: Sendable {
  /// Computes a node whose operands are all constants; nil where nobody can.
  package var evaluate: @Sendable (Op, [Tensor]) -> [Tensor]?

  /// Makes a context; by default nobody computes constants.
  package init(evaluate: @escaping @Sendable (Op, [Tensor]) -> [Tensor]? = { _, _ in nil }) {
    self.evaluate = evaluate
  }
}
