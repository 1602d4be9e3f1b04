extension Graph {
  /// The function of a node if the body of a ``Fused`` can compute it: the result is
  /// `[N, C, H, W]`, and every operand is of that type, one number per channel or one number.
  ///
  /// Whatever else is broadcast stays a node of its own.
  func fusiblePointwise(_ node: Node) -> Pointwise? {
    guard case .pointwise(let pointwise) = node.op, type(of: node.result).channels != nil,
      node.operands.allSatisfy({ isReadable($0, ofType: type(of: node.result)) })
    else { return nil }
    return pointwise
  }

  private func isReadable(_ operand: ValueID, ofType type: TensorType) -> Bool {
    var own = self.type(of: operand)
    if isWeight(operand) {
      if own.elementCount == 1 { return true }
      own.shape.insert(contentsOf: Array(repeating: 1, count: max(0, 4 - own.rank)), at: 0)
    }
    if own.isPerChannel {
      return own.shape[1] == type.shape[1] && (own.shape[0] == type.shape[0] || own.shape[0] == 1)
    }
    return own == type && !isWeight(operand)
  }
}
