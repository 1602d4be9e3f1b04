internal import GraphIR

extension StepBuilder {
  /// A pointwise function is a fused operation without convolutions.
  mutating func lower(_ op: Pointwise, _ node: Node) throws(CodegenError) {
    let arguments = node.operands.indices.map { PointwiseProgram.Argument.operand($0) }
    let body = PointwiseProgram(
      instructions: [.init(op.function, arguments)], yields: [.init(.instruction(0))])
    let fused = Fused(parts: [], accumulators: 0, hasBias: false, body: body)
    try append(FusedCall(fused: fused, operands: node.operands, results: node.results), node)
  }
}
