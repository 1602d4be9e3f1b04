extension Graph {
  /// Whether no element of a value can be negative, as far as its nearest producers tell.
  ///
  /// `depth` bounds how many producers are followed; without it a chain of `add %a, %a` would
  /// take exponential time.
  func isNonNegative(_ value: ValueID, depth: Int = 6) -> Bool {
    if let tensor = tensor(of: value) { return tensor.elements.allSatisfy { $0 >= 0 } }
    guard depth > 0, let node = producer(of: value) else { return false }
    func allOperands() -> Bool {
      node.operands.allSatisfy { isNonNegative($0, depth: depth - 1) }
    }
    if case .globalAveragePool = node.op { return allOperands() }
    guard case .pointwise(let pointwise) = node.op else { return false }
    return pointwise.function.isNonNegative
      || (pointwise.function.keepsNonNegative && allOperands())
  }
}
