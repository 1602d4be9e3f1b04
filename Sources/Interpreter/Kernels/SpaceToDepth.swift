internal import GraphIR

extension SpaceToDepth {
  /// The result as `[N, C, block, block, H / block, W / block]`, or with `C` behind the blocks.
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let strides = rowMajorStrides(operand.shape)
    var channels = [(operand.shape[1], strides[1]), (block, strides[2]), (block, strides[3])]
    if order == .dcr { channels.append(channels.removeFirst()) }
    let axes =
      [(operand.shape[0], strides[0])] + channels
      + [(result.shape[2], block * strides[2]), (result.shape[3], block * strides[3])]
    StridedWalk(of: axes.map(\.0), strides: axes.map(\.1)).copy(operand, to: result, workers)
  }
}
