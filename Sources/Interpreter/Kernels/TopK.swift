internal import GraphIR

extension TopK {
  func compute(_ operand: Buffer, into results: [Buffer], _ workers: Workers) {
    let others = operand.shape.indices.filter { $0 != axis }
    let lines = IndexSpace(others, of: operand.shape)
    let targets = IndexSpace(others, of: results[0].shape)
    let step = rowMajorStrides(operand.shape)[axis]
    workers.forEach(lines.count) { line in
      let (start, target) = (lines.offset(line), targets.offset(line))
      let elements = (0..<operand.shape[axis]).map { (operand[start + $0 * step], $0) }
      for (rank, best) in elements.sorted(by: comesFirst).prefix(k).enumerated() {
        results[0][target + rank * step] = best.0
        results[1][target + rank * step] = Float(best.1)
      }
    }
  }

  /// The order of elements with their places; a NaN is larger than any number.
  private func comesFirst(_ a: (Float, Int), _ b: (Float, Int)) -> Bool {
    if a.0 == b.0 || (a.0.isNaN && b.0.isNaN) { return a.1 < b.1 }
    let isLarger = a.0.isNaN || a.0 > b.0
    return largest ? isLarger : !isLarger
  }
}
