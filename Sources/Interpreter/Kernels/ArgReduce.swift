internal import GraphIR

extension ArgReduce {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let others = operand.shape.indices.filter { $0 != axis }
    let lines = IndexSpace(others, of: operand.shape)
    let step = rowMajorStrides(operand.shape)[axis]
    workers.forEach(result.count) { index in
      let start = lines.offset(index)
      var best = 0
      for place in 1..<max(operand.shape[axis], 1)
      where isBetter(operand[start + place * step], operand[start + best * step]) {
        best = place
      }
      result[index] = Float(best)
    }
  }

  /// Whether a later number takes the place of an earlier one; a NaN is better than any number.
  private func isBetter(_ a: Float, _ b: Float) -> Bool {
    if a == b || (a.isNaN && b.isNaN) { return takesLast }
    if a.isNaN || b.isNaN { return a.isNaN }
    return kind == .maximum ? a > b : a < b
  }
}
