internal import GraphIR

extension CumulativeSum {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let others = operand.shape.indices.filter { $0 != axis }
    let lines = IndexSpace(others, of: operand.shape)
    let step = rowMajorStrides(operand.shape)[axis]
    workers.forEach(others.map { operand.shape[$0] }.reduce(1, *)) { line in
      let start = lines.offset(line)
      var sum = 0.0
      for index in 0..<operand.shape[axis] {
        sum += Double(operand[start + index * step])
        result[start + index * step] = Float(sum)
      }
    }
  }
}
