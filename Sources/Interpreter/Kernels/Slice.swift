internal import GraphIR

extension Slice {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    var walk = StridedWalk(of: result.shape, strides: rowMajorStrides(operand.shape))
    for cut in cuts {
      walk.cut(cut.axis, start: cut.start.number, step: cut.step)
    }
    walk.copy(operand, to: result, workers)
  }
}
