/// Drops results of fused nodes that nobody uses, with the arithmetic that only they need.
///
/// ```
/// %0, %1 = fused {                       %0 = fused {
///     acc[1] = conv2d(%x, @w)                acc[1] = conv2d(%x, @w)
///     t0 = tanh(acc[0])             →        yield acc[0]
///     yield acc[0], t0                     }
///   }                                    return y: %0
/// return y: %0
/// ```
package struct DropUnusedResults: RewritePass {
  package let name = "drop-unused-results"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    let used = node.results.filter { !graph.isUnused($0) }
    guard case .fused(let fused) = node.op, !used.isEmpty, used.count < node.results.count else {
      return false
    }
    var draft = FusedDraft(node, fused, in: graph)
    for value in used { draft.yield(value) }
    return try draft.insert(
      into: &graph, before: node.id, provenance: node.provenance.through(name))
  }
}
