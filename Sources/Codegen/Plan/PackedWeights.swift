package import GraphIR

/// How the weights of one part of a fused step lie in memory: in the order in which a kernel reads
/// them, front to back.
package struct PackedWeights: Hashable, Sendable {
  /// The order of a schedule.
  package enum Order: Hashable, Sendable {
    /// Blocks of the register tile's channels, each `[R][C][S][accumulator][channel]`.
    case direct(tile: Int)
    /// Blocks of output channels, each `[36][C][output]`, transformed.
    case winograd(block: Int)
  }

  /// A run of blocks of one size: `outer` times `[C][group]` numbers.
  package struct Run: Hashable, Sendable {
    /// How often `[C][group]` is repeated.
    package var outer: Int
    /// Numbers of one input channel.
    package var group: Int
  }

  /// The weight of the graph, `[accumulators · channels, C, R, S]`.
  package var weight: ValueID
  /// Blocks of output channels, as in ``Fused``.
  package var accumulators: Int
  /// Channels of one accumulator.
  package var channels: Int
  /// Extents of one filter, `[C, R, S]`.
  package var kernel: [Int]
  /// The order of the weights in memory.
  package var order: Order

  /// Describes a weight of `shape`, `[accumulators · channels, C, R, S]`, in an order.
  package init(weight: ValueID, shape: [Int], accumulators: Int, order: Order) {
    self.weight = weight
    self.accumulators = accumulators
    self.order = order
    channels = shape[0] / accumulators
    kernel = Array(shape[1...])
  }

  /// The runs that follow each other: whole blocks, then a narrower one.
  package var runs: [Run] {
    switch order {
    case .direct(let tile):
      [
        Run(outer: channels / tile * kernel[1], group: kernel[2] * accumulators * tile),
        Run(outer: kernel[1], group: kernel[2] * accumulators * (channels % tile)),
      ].filter { $0.group > 0 && $0.outer > 0 }
    case .winograd(let block):
      [
        Run(outer: accumulators * channels / block * 36, group: block),
        Run(outer: 36, group: accumulators * channels % block),
      ].filter { $0.group > 0 && $0.outer > 0 }
    }
  }

  /// Numbers in all.
  package var count: Int { runs.reduce(0) { $0 + $1.outer * kernel[0] * $1.group } }

  /// The numbers in order, from those of the weight in row-major order.
  package func packed(_ elements: [Float]) -> [Float] {
    switch order {
    case .direct(let tile): direct(elements, tile: tile)
    case .winograd(let block): winograd(elements, block: block)
    }
  }

  private func direct(_ elements: [Float], tile: Int) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(count)
    for start in stride(from: 0, to: channels, by: tile) {
      let block = start..<min(start + tile, channels)
      for row in 0..<kernel[1] {
        for input in 0..<kernel[0] {
          for column in 0..<kernel[2] {
            for accumulator in 0..<accumulators {
              for channel in block {
                let output = accumulator * channels + channel
                let place = ((output * kernel[0] + input) * kernel[1] + row) * kernel[2] + column
                numbers.append(elements[place])
              }
            }
          }
        }
      }
    }
    return numbers
  }

  private func winograd(_ elements: [Float], block: Int) -> [Float] {
    let outputs = accumulators * channels
    let transformed = (0..<outputs * kernel[0]).map { index in
      WinogradTransform.transform(kernel: Array(elements[9 * index..<9 * index + 9]))
    }
    var numbers: [Float] = []
    numbers.reserveCapacity(count)
    for start in stride(from: 0, to: outputs, by: block) {
      for plane in 0..<36 {
        for input in 0..<kernel[0] {
          for output in start..<min(start + block, outputs) {
            numbers.append(transformed[output * kernel[0] + input][plane])
          }
        }
      }
    }
    return numbers
  }
}
