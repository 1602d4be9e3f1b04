internal import GraphIR

extension StepBuilder {
  /// A mean is a fused operation that yields nothing else.
  mutating func lower(_ op: GlobalAveragePool, _ node: Node) throws(CodegenError) {
    let body = PointwiseProgram(yields: [.init(.operand(0), isMean: true)])
    let fused = Fused(parts: [], accumulators: 0, hasBias: false, body: body)
    try append(FusedCall(fused: fused, operands: node.operands, results: node.results), node)
  }
}
