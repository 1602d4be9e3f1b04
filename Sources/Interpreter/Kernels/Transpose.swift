internal import GraphIR

extension Transpose {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let strides = rowMajorStrides(operand.shape)
    StridedWalk(of: result.shape, strides: permutation.map { strides[$0] })
      .copy(operand, to: result, workers)
  }
}
