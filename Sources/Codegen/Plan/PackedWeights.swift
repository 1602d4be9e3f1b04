package import GraphIR

/// How the weights of one part of a fused step lie in memory: in the order in which a kernel reads
/// them, front to back.
package struct PackedWeights: Hashable, Sendable {
  /// The order of a schedule.
  package enum Order: Hashable, Sendable {
    /// Blocks of the register tile's channels, each `[R][C][S][accumulator][channel]`.
    case direct(tile: Int)
    /// Blocks of channels, each `[planes][C][accumulator][channel]`, transformed.
    case winograd(WinogradTransform, block: Int)
    /// The same in bf16, `[planes][⌈C / 2⌉][accumulator][channel]` words of two input channels.
    case winogradPairs(WinogradTransform, block: Int)
    /// Blocks of channels, each `[9][C][accumulator][channel]`: what `winograd` is computed from.
    case untransformed(block: Int)
  }

  /// Blocks of one size that follow each other: `repetitions` times `[C][width]` numbers.
  package struct Run: Hashable, Sendable {
    /// Times that `[C][width]` is repeated.
    package var repetitions: Int
    /// Numbers that belong to one input channel.
    package var width: Int
  }

  /// The weight of the graph, `[accumulators · channels, C, R, S]`.
  package var weight: ValueID
  /// Blocks of output channels, one for each accumulator that the part adds to.
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
    let runs =
      switch order {
      case .direct(let tile):
        [
          Run(repetitions: channels / tile * kernel[1], width: kernel[2] * accumulators * tile),
          Run(repetitions: kernel[1], width: kernel[2] * accumulators * (channels % tile)),
        ]
      case .winograd(let transform, let block), .winogradPairs(let transform, let block):
        [
          Run(
            repetitions: channels / block * transform.planes, width: accumulators * block),
          Run(repetitions: transform.planes, width: accumulators * (channels % block)),
        ]
      case .untransformed(let block):
        [
          Run(repetitions: channels / block * 9, width: accumulators * block),
          Run(repetitions: 9, width: accumulators * (channels % block)),
        ]
      }
    return runs.filter { $0.repetitions > 0 && $0.width > 0 }
  }

  /// Numbers, or words of two, of an output in one plane.
  package var depth: Int {
    if case .winogradPairs = order { kernel[0].ceiledQuotient(2) } else { kernel[0] }
  }

  /// Numbers, or words of two, in all.
  package var count: Int { runs.reduce(0) { $0 + $1.repetitions * depth * $1.width } }

  /// The constants from which these weights are computed where they are scaled at run time.
  ///
  /// Transformed weights are up to four times as many, which a program need not carry.
  package var source: PackedWeights {
    switch order {
    case .direct, .untransformed: return self
    case .winograd(_, let block), .winogradPairs(_, let block):
      var copy = self
      copy.order = .untransformed(block: block)
      return copy
    }
  }

  /// The bits of the numbers in order, from those of the weight in row-major order.
  package func packed(_ elements: [Float]) -> [UInt32] {
    switch order {
    case .direct(let tile): return direct(elements, tile: tile).map(\.bitPattern)
    case .untransformed(let block):
      return blocked(block, planes: 9) { elements[9 * ($0 * kernel[0] + $1) + $2].bitPattern }
    case .winograd(let transform, let block):
      let planes = transformed(elements, by: transform)
      return blocked(block, planes: transform.planes) { output, input, plane in
        planes[output * kernel[0] + input][plane].bitPattern
      }
    case .winogradPairs(let transform, let block):
      let planes = diffusingErrors(of: transformed(elements, by: transform))
      return blocked(block, planes: transform.planes) { output, pair, plane in
        func number(_ input: Int) -> Float {
          input < kernel[0] ? planes[output * kernel[0] + input][plane] : 0
        }
        return BFloat16Pairs.word(number(2 * pair), number(2 * pair + 1))
      }
    }
  }

  /// The planes of every filter.
  private func transformed(_ elements: [Float], by transform: WinogradTransform) -> [[Float]] {
    (0..<accumulators * channels * kernel[0]).map { index in
      transform.transform(kernel: Array(elements[9 * index..<9 * index + 9]))
    }
  }

  /// The planes in bf16, each with the error of the input channel before it added.
  ///
  /// A weight is rounded alike for every pixel, and the channels that it is multiplied with mostly
  /// have one sign, behind a ReLU for instance: rounded by themselves, weights would make a picture
  /// brighter or darker. So their sum over the channels is kept.
  private func diffusingErrors(of planes: [[Float]]) -> [[Float]] {
    var planes = planes
    for output in stride(from: 0, to: planes.count, by: kernel[0]) {
      for plane in planes[output].indices {
        var error: Float = 0
        for filter in output..<output + kernel[0] {
          let number = planes[filter][plane] + error
          planes[filter][plane] = BFloat16Pairs.rounded(number)
          error = number - planes[filter][plane]
          if !error.isFinite { error = 0 }
        }
      }
    }
    return planes
  }

  /// Blocks of channels, each `[planes][depth][accumulator][channel]`.
  ///
  /// - Parameter number: Gives the bits for an output, a place in the depth and a plane.
  private func blocked(_ block: Int, planes: Int, _ number: (Int, Int, Int) -> UInt32) -> [UInt32] {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(count)
    for start in stride(from: 0, to: channels, by: block) {
      for plane in 0..<planes {
        for place in 0..<depth {
          for accumulator in 0..<accumulators {
            for channel in start..<min(start + block, channels) {
              numbers.append(number(accumulator * channels + channel, place, plane))
            }
          }
        }
      }
    }
    return numbers
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
}
