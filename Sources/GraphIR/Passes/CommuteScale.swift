/// Applies a positively homogeneous function before the scale instead of after it, so that whoever
/// reads the result can take the scale over.
///
/// ```
/// %0 = sigmoid %t                        %0 = sigmoid %t
/// %1 = mul %u, %0                   →    %1 = leaky_relu %u {slope: 0.2}
/// %2 = leaky_relu %1 {slope: 0.2}        %2 = mul %1, %0
/// return y: %2                           return y: %2
/// ```
///
/// Needs a scale per channel that is never negative, and a product that nobody else uses.
package struct CommuteScale: RewritePass {
  package let name = "commute-scale"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .pointwise(let pointwise) = node.op,
      pointwise.function.isPositivelyHomogeneous,
      let product = graph.producer(of: node.operands[0]),
      graph.onlyUser(of: product.result, is: node.id),
      let scaling = ChannelScaling(product.result, in: graph),
      graph.isNonNegative(scaling.scale)
    else { return false }
    let inner = try graph.add(
      node.op, [scaling.value], before: node.id, provenance: node.provenance.through(name))[0]
    let outer = try graph.add(
      product.op, [inner, scaling.scale], before: node.id,
      provenance: product.provenance.through(name))[0]
    graph.replaceUses(of: node.result, with: outer)
    return true
  }
}
