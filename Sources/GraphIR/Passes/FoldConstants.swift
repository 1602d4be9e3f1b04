/// Computes at compile time what depends on constants alone; the result becomes a weight.
///
/// ```
/// %0 = add @a, @b loc("sum")        %0 = mul %x, @sum.folded
/// %1 = mul %x, %0              →    return y: %0
/// return y: %1
/// ```
///
/// The arithmetic comes from ``PassContext/evaluate``; weights without elements stay as they are.
package struct FoldConstants: RewritePass {
  package let name = "fold-constants"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    let tensors = node.operands.compactMap { graph.tensor(of: $0) }
    guard tensors.count == node.operands.count, !tensors.isEmpty,
      let results = context.evaluate(node.op, tensors),
      results.map(\.type) == node.results.map({ graph.type(of: $0) })
    else { return false }
    let stem = (node.provenance.source ?? node.op.operation.mnemonic) + ".folded"
    for (old, tensor) in zip(node.results, results) {
      graph.replaceUses(of: old, with: graph.addDerivedWeight(stem, tensor.type, tensor))
    }
    return true
  }
}
