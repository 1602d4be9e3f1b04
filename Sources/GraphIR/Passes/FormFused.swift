/// Makes every convolution that keeps the size of its input a ``Fused``, the form in which later
/// passes add, merge and extend convolutions.
///
/// ```
/// %0 = mul %x, %s                        %0 = fused {
/// %1 = conv2d %0, @w, @b            →        acc[1] = conv2d(%x * %s, @w) + @b
/// return y: %1                               yield acc[0]
///                                          }
///                                        return y: %0
/// ```
///
/// A scale per channel of the input becomes part of the convolution.
package struct FormFused: RewritePass {
  package let name = "form-fused"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let conv = graph.fusibleConvolution(node) else { return false }
    let scaling = ChannelScaling(node.operands[0], in: graph)
    let bias = node.operands.dropFirst(2)
    let fused = Fused(
      parts: [Fused.Part(window: conv.window, isScaled: scaling != nil)], accumulators: 1,
      hasBias: !bias.isEmpty, body: PointwiseProgram(yields: [.init(.accumulator(0))]))
    let input = [scaling?.value ?? node.operands[0], node.operands[1]]
    let scale = scaling.map { [$0.scale] } ?? []
    let result = try graph.add(
      .fused(fused), input + scale + bias, before: node.id,
      provenance: node.provenance.through(name))[0]
    graph.replaceUses(of: node.result, with: result)
    return true
  }
}

extension Graph {
  /// The convolution of a node if ``Fused`` can take it over: constant weights, one group, stride
  /// 1, odd kernel, and as much padding on both sides as keeps height and width.
  func fusibleConvolution(_ node: Node) -> Conv2D? {
    guard case .conv2D(let conv) = node.op, conv.groups == 1,
      node.operands.dropFirst().allSatisfy({ isWeight($0) }),
      let shape = type(of: node.operands[1]).fixedShape, shape[2] % 2 == 1, shape[3] % 2 == 1,
      conv.window.keepsSize(kernel: Array(shape[2...])),
      conv.window.padding[0] == conv.window.padding[2],
      conv.window.padding[1] == conv.window.padding[3]
    else { return nil }
    return conv
  }
}
