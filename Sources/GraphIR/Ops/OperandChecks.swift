/// What type rules of several operations ask of their operands.
extension Operation {
  /// The only operand, which must be float32.
  func onlyOperand(_ operands: [TensorType]) throws(GraphError) -> TensorType {
    try check(operands, count: 1)
    return operands[0]
  }

  /// - Throws: `GraphError.Kind.type` for another number of operands, or one that is not float32.
  func check(_ operands: [TensorType], count: Int) throws(GraphError) {
    guard operands.count == count else {
      throw .type(
        "\(mnemonic) takes \(count) operand\(count == 1 ? "" : "s"), not \(operands.count)")
    }
    if let other = operands.first(where: { $0.element != .float32 }) {
      throw .type("\(mnemonic) works on f32, not \(other)")
    }
  }

  /// The only operand, which must be `[N, C, H, W]` with a known number of channels.
  func onlyImage(_ operands: [TensorType]) throws(GraphError) -> (type: TensorType, channels: Int) {
    let type = try onlyOperand(operands)
    guard let channels = type.channels else {
      throw .type("\(mnemonic) takes f32[N, C, H, W] with a known C, not \(type)")
    }
    return (type, channels)
  }

  /// - Throws: `GraphError.Kind.type` where an axis does not exist.
  func checkAxis(_ axis: Int, of type: TensorType) throws(GraphError) {
    guard type.shape.indices.contains(axis) else {
      throw .type("axis \(axis) does not exist in \(type)")
    }
  }

  /// - Throws: `GraphError.Kind.type` where an axis does not exist, or they are not sorted.
  func checkAxes(_ axes: [Int], of type: TensorType) throws(GraphError) {
    for axis in axes { try checkAxis(axis, of: type) }
    guard zip(axes, axes.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .type("\(mnemonic) takes each axis once, in their order")
    }
  }
}
