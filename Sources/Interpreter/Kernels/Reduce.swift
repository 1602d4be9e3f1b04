internal import GraphIR

extension Reduce {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let rank = operand.shape.count
    let kept = IndexSpace((0..<rank).filter { !axes.contains($0) }, of: operand.shape)
    let rows = IndexSpace(Array(axes.dropLast()), of: operand.shape)
    let length = axes.last.map { operand.shape[$0] } ?? 1
    let step = axes.last.map { rowMajorStrides(operand.shape)[$0] } ?? 1
    workers.forEach(result.count) { index in
      let start = kept.offset(index)
      var total = Double(operand[start])
      for row in 0..<rows.count {
        let from = start + rows.offset(row)
        for place in (row == 0 ? 1 : 0)..<max(length, 1) {
          total = combine(total, Double(operand[from + place * step]))
        }
      }
      result[index] = Float(kind == .mean ? total / Double(rows.count * length) : total)
    }
  }

  private func combine(_ a: Double, _ b: Double) -> Double {
    switch kind {
    case .sum, .mean: a + b
    case .product: a * b
    case .maximum: a.isNaN || a > b ? a : b
    case .minimum: a.isNaN || a < b ? a : b
    }
  }
}
