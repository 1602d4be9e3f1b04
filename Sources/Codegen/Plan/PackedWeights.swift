package import GraphIR

/// How the weights of one part of a fused step lie in memory: in the order in which the direct
/// kernel reads them.
///
/// Output channels are cut into blocks of the register tile; a block holds
/// `[R][C][S][accumulator][channel of the tile]`, so that the kernel walks through it once, front
/// to back. The last block may be narrower.
package struct PackedWeights: Hashable, Sendable {
  /// The weight of the graph, `[accumulators · K, C, R, S]`.
  package var weight: ValueID
  /// Blocks of output channels, as in ``Fused``.
  package var accumulators: Int
  /// Channels of one accumulator, `K`.
  package var channels: Int
  /// Channels of the register tile.
  package var tile: Int
  /// Extents of one filter, `[C, R, S]`.
  package var kernel: [Int]

  /// Describes a weight of `shape` for a kernel with a register tile of `tile` channels.
  package init(weight: ValueID, shape: [Int], accumulators: Int, tile: Int) {
    self.weight = weight
    self.accumulators = accumulators
    self.tile = tile
    channels = shape[0] / accumulators
    kernel = Array(shape[1...])
  }

  /// Number of weights.
  package var count: Int { accumulators * channels * kernel.reduce(1, *) }

  /// For every packed weight in order, its place in the original.
  package var order: [Int] {
    var order: [Int] = []
    order.reserveCapacity(count)
    forEachGroup { block, row, input, column in
      for accumulator in 0..<accumulators {
        for channel in block {
          let output = accumulator * channels + channel
          order.append(
            ((output * kernel[0] + input) * kernel[1] + row) * kernel[2] + column)
        }
      }
    }
    return order
  }

  /// Visits the groups of weights that share an input channel, `(block, row, input, column)`.
  private func forEachGroup(_ body: (Range<Int>, Int, Int, Int) -> Void) {
    for start in stride(from: 0, to: channels, by: tile) {
      for row in 0..<kernel[1] {
        for input in 0..<kernel[0] {
          for column in 0..<kernel[2] {
            body(start..<min(start + tile, channels), row, input, column)
          }
        }
      }
    }
  }
}
