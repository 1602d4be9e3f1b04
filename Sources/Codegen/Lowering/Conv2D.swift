internal import GraphIR

extension StepBuilder {
  /// A convolution is a fused operation of one part whose body does nothing.
  mutating func lower(_ op: Conv2D, _ node: Node) throws(CodegenError) {
    guard op.groups == 1 else {
      throw .unsupported("a convolution with groups", place: place(of: node))
    }
    let fused = Fused(
      parts: [Fused.Part(window: op.window)], accumulators: 1, hasBias: node.operands.count == 3,
      body: PointwiseProgram(yields: [.init(.accumulator(0))]))
    try append(FusedCall(fused: fused, operands: node.operands, results: node.results), node)
  }
}
