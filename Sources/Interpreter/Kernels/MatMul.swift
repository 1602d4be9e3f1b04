internal import GraphIR

extension MatMul {
  /// Rows that one thread multiplies at a time.
  private static let block = 64

  func compute(_ operands: [Buffer], into result: Buffer, _ workers: Workers) {
    let (left, right) = (operands[0], operands[1])
    let depth = left.shape[left.shape.count - 1]
    let rows = left.shape.count > 1 ? left.shape[left.shape.count - 2] : 1
    let columns = right.shape.count > 1 ? right.shape[right.shape.count - 1] : 1
    result.run(0, result.count).fill(0)
    guard result.count > 0, depth > 0 else { return }
    let batch = broadcastShape([left.shape.dropLast(2), right.shape.dropLast(2)].map(Array.init))
    let (lefts, rights) = (batches(of: left, batch), batches(of: right, batch))
    let blocks = rows.ceiledQuotient(Self.block)
    workers.forEach(lefts.count * blocks) { index in
      let (batch, block) = index.quotientAndRemainder(dividingBy: blocks)
      let first = block * Self.block
      let count = min(Self.block, rows - first)
      Matrix(
        result, from: (batch * rows + first) * columns, rows: count, columns: columns,
        leading: columns
      ).add(
        product: Matrix(
          left, from: lefts.offset(batch) + first * depth, rows: count, columns: depth,
          leading: depth),
        Matrix(
          right, from: rights.offset(batch), rows: depth, columns: columns, leading: columns))
    }
  }

  /// The first elements of an operand's matrices; repeated along axes of the batch where it is 1.
  private func batches(of operand: Buffer, _ batch: [Int]) -> IndexSpace {
    let own = operand.shape.dropLast(2)
    let strides = zip(own, rowMajorStrides(operand.shape)).map { $0 == 1 ? 0 : $1 }
    return IndexSpace(
      batch, strides: Array(repeating: 0, count: batch.count - own.count) + strides)
  }
}
