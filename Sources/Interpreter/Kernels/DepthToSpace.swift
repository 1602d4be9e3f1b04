internal import GraphIR

extension DepthToSpace {
  /// The result as `[N, C, H, block, W, block]`.
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let (channels, plane) = (result.shape[1], operand.shape[2] * operand.shape[3])
    let blockStrides =
      switch order {
      case .crd: (channel: block * block * plane, row: block * plane, column: plane)
      case .dcr: (channel: plane, row: block * channels * plane, column: channels * plane)
      }
    StridedWalk(
      of: [operand.shape[0], channels, operand.shape[2], block, operand.shape[3], block],
      strides: [
        operand.shape[1] * plane, blockStrides.channel, operand.shape[3], blockStrides.row, 1,
        blockStrides.column,
      ]
    ).copy(operand, to: result, workers)
  }
}
