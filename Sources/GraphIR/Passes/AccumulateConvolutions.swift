/// Makes the sum of two convolutions one ``Fused`` that accumulates both.
///
/// ```
/// %0 = fused {                           %0 = fused {
///     acc[1] = conv2d(%x, @wx) + @bx         acc[1] = conv2d(%x, @wx) + conv2d(%h, @wh) + @bx_plus_bh
///     yield acc[0]                           yield acc[0]
///   }                                      }
/// %1 = fused {                      →    return y: %0
///     acc[1] = conv2d(%h, @wh) + @bh
///     yield acc[0]
///   }
/// %2 = add %0, %1
/// return y: %2
/// ```
///
/// The biases are added at compile time. Both convolutions must be used by the sum alone.
package struct AccumulateConvolutions: RewritePass {
  package let name = "accumulate-convs"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .pointwise(let pointwise) = node.op, pointwise.function == .add,
      let first = term(node, 0, graph), let second = term(node, 1, graph),
      first.node.id != second.node.id
    else { return false }
    let bias = sumOfBiases(first, second, &graph)
    let fused = Fused(
      parts: first.fused.parts + second.fused.parts, accumulators: 1, hasBias: bias != nil,
      body: PointwiseProgram(yields: [.init(.accumulator(0))]))
    let operands = first.inputs + second.inputs + (bias.map { [$0] } ?? [])
    let provenance = first.node.provenance.merged(with: second.node.provenance, by: name)
    let result = try graph.add(.fused(fused), operands, before: node.id, provenance: provenance)[0]
    graph.replaceUses(of: node.result, with: result)
    return true
  }

  /// One term of the sum, if it is nothing but convolutions and has the type of the sum.
  private func term(_ sum: Node, _ index: Int, _ graph: Graph) -> PlainConvolution? {
    guard let node = graph.producer(of: sum.operands[index]),
      let term = PlainConvolution(node, in: graph), term.fused.accumulators == 1,
      node.results.count == 1, graph.onlyUser(of: node.result, is: sum.id),
      graph.type(of: node.result) == graph.type(of: sum.result)
    else { return nil }
    return term
  }

  private func sumOfBiases(
    _ first: PlainConvolution, _ second: PlainConvolution, _ graph: inout Graph
  ) -> ValueID? {
    guard let a = first.bias, let b = second.bias else { return first.bias ?? second.bias }
    return graph.sumOfWeights(a, b)
  }
}
