internal import GraphIR

extension Expand {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    // Axes that the operand lacks or repeats are gone over without going on in it.
    let missing = result.shape.count - operand.shape.count
    let strides = zip(operand.shape, rowMajorStrides(operand.shape)).map { $0 == 1 ? 0 : $1 }
    StridedWalk(of: result.shape, strides: Array(repeating: 0, count: missing) + strides)
      .copy(operand, to: result, workers)
  }
}
