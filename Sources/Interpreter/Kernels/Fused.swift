internal import GraphIR

extension Fused {
  func compute(_ operands: [Buffer], into results: [Buffer], _ workers: Workers) {
    FusedKernel(self, operands, results).compute(workers)
  }
}

/// A ``Fused`` with its operands and results at hand.
private struct FusedKernel {
  private let program: PointwiseProgram
  private let convolutions: [Convolution]
  private let bias: Buffer?
  private let broadcast: Broadcast
  private let results: [Buffer]
  /// `[N, C, H, W]` of the body.
  private let shape: [Int]
  private let accumulators: Int

  /// Numbers that one instruction computes at a time.
  private static let lanes = 1024

  init(_ fused: Fused, _ operands: [Buffer], _ results: [Buffer]) {
    let layout = OperandLayout(fused)
    let bodyOperands = Array(operands[layout.bodyStart...])
    convolutions = zip(fused.parts, layout.parts).map { part, place in
      Convolution(
        input: operands[place.input], weight: operands[place.weight],
        scale: place.scale.map { operands[$0] }, window: part.window)
    }
    bias = layout.bias.map { operands[$0] }
    program = fused.body
    accumulators = fused.accumulators
    self.results = results
    shape =
      if let first = convolutions.first {
        [
          operands[0].shape[0],
          (convolutions.map(\.channels).max() ?? 0) / fused.accumulators, first.height,
          first.width,
        ]
      } else {
        broadcastShape(bodyOperands.map(\.shape))
      }
    broadcast = Broadcast(bodyOperands, to: shape)
  }

  /// Working memory of one thread.
  private struct Scratch {
    /// The matrix of columns of one convolution.
    let columns: Buffer
    /// Accumulated convolutions: a row per channel, a column per pixel of the block.
    let sums: Buffer
    /// A row per instruction.
    let registers: Buffer
  }

  func compute(_ workers: Workers) {
    let depth = convolutions.map(\.depth).max() ?? 0
    let rows = accumulators * shape[1]
    let blocks = PixelBlocks(images: shape[0], plane: shape[2] * shape[3], depth: depth + rows)
    let sums = workers.map(
      blocks.count,
      scratch: Scratch(
        columns: .scratch([depth, blocks.size]), sums: .scratch([rows, blocks.size]),
        registers: .scratch([program.instructions.count, Self.lanes]))
    ) { index, scratch in
      accumulate(blocks[index], scratch)
      return (0..<shape[1]).map { runBody(blocks[index], channel: $0, scratch) }
    }
    finishMeans(sums, blocks)
  }

  /// Computes the convolutions at the pixels of a block.
  private func accumulate(_ block: PixelBlocks.Block, _ scratch: Scratch) {
    let count = block.pixels.count
    for row in 0..<accumulators * shape[1] {
      scratch.sums.run(row * count, count).fill(bias?[row] ?? 0)
    }
    for convolution in convolutions {
      convolution.add(
        image: block.image, pixels: block.pixels, to: scratch.sums, from: 0, leading: count,
        columns: scratch.columns)
    }
  }

  /// Runs the body on one channel of a block.
  ///
  /// - Returns: For every yield that is a mean the sum over the block, else 0.
  private func runBody(_ block: PixelBlocks.Block, channel: Int, _ scratch: Scratch) -> [Double] {
    let plane = shape[2] * shape[3]
    let origin = (block.image * shape[1] + channel) * plane
    let range = origin + block.pixels.lowerBound..<origin + block.pixels.upperBound
    var sums = [Double](repeating: 0, count: results.count)
    broadcast.forEachPiece(of: range, limit: Self.lanes) { start, count in
      let piece = Piece(
        start: start, count: count, channel: channel, blockOffset: start - range.lowerBound,
        blockSize: range.count)
      for (index, instruction) in program.instructions.enumerated() {
        scratch.registers.run(index * Self.lanes, count).apply(
          instruction.function, instruction.arguments.map { source($0, piece, scratch) })
      }
      for (index, yield) in program.yields.enumerated() {
        let source = source(yield.argument, piece, scratch)
        if yield.isMean {
          sums[index] += source.sum(count)
        } else {
          results[index].run(start, count).copy(source)
        }
      }
    }
    return sums
  }

  /// Consecutive pixels of one channel of a block.
  private struct Piece {
    /// The first element of the result, and their number.
    let start: Int
    let count: Int
    let channel: Int
    /// The first pixel, counted from the beginning of the block, and pixels of the block.
    let blockOffset: Int
    let blockSize: Int
  }

  private func source(
    _ argument: PointwiseProgram.Argument, _ piece: Piece, _ scratch: Scratch
  ) -> Source {
    switch argument {
    case .constant(let number): return .number(number)
    case .operand(let index): return broadcast.source(index, at: piece.start, piece.count)
    case .instruction(let index):
      return .run(scratch.registers.run(index * Self.lanes, piece.count))
    case .accumulator(let index):
      let row = index * shape[1] + piece.channel
      return .run(scratch.sums.run(row * piece.blockSize + piece.blockOffset, piece.count))
    }
  }

  /// Adds up the sums of all blocks in their order, whichever thread was first.
  ///
  /// - Parameter sums: By block, channel and yield.
  private func finishMeans(_ sums: [[[Double]]], _ blocks: PixelBlocks) {
    for (index, yield) in program.yields.enumerated() where yield.isMean {
      for image in 0..<shape[0] {
        let own = sums[image * blocks.perImage..<(image + 1) * blocks.perImage]
        for channel in 0..<shape[1] {
          let total = own.reduce(0) { $0 + $1[channel][index] }
          results[index][image * shape[1] + channel] = Float(total / Double(blocks.plane))
        }
      }
    }
  }
}

extension Source {
  /// The sum of `count` numbers.
  fileprivate func sum(_ count: Int) -> Double {
    switch self {
    case .run(let run): run.sum
    case .number(let number): Double(number) * Double(count)
    }
  }
}
