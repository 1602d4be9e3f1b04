/// How the convolutions of one pass over the pixels are computed: what may be chosen without a
/// change of what is computed, beyond rounding.
package struct ScheduleChoice: Hashable, Sendable {
  /// How sums of products become results.
  package enum Algorithm: String, CaseIterable, Hashable, Sendable {
    /// Every product is computed.
    case direct
    /// Winograd's F(4×4, 3×3) where spans of tiles fill rows and columns, direct elsewhere.
    case winograd4
    /// Winograd's F(2×2, 3×3), which needs more products and smaller spans.
    case winograd2

    /// The transforms; direct convolution has none, and stands for the larger tiles.
    var transform: WinogradTransform { self == .winograd2 ? .two : .four }
  }

  /// The algorithm.
  package var algorithm: Algorithm
  /// The block of results of direct convolution, which does all or what Winograd's leaves.
  package var tile: RegisterTile
  /// The block of products of Winograd's algorithm.
  package var block: MatrixBlock?

  /// Makes a choice.
  package init(algorithm: Algorithm, tile: RegisterTile, block: MatrixBlock? = nil) {
    self.algorithm = algorithm
    self.tile = tile
    self.block = block
  }
}

/// The block of a matrix product that stays in registers.
package struct MatrixBlock: Hashable, Sendable {
  /// Channels of all accumulators together, at most; a block has at least one of each.
  package var rows: Int
  /// Vectors of tiles.
  package var vectors: Int

  /// Makes a block.
  package init(rows: Int, vectors: Int) {
    self.rows = rows
    self.vectors = vectors
  }
}

extension ScheduleChoice: CustomStringConvertible {
  /// `direct 8×2` or `winograd4 12×2`: the block that stays in registers.
  package var description: String {
    let size = block.map { ($0.rows, $0.vectors) } ?? (tile.channels, tile.vectors)
    return "\(algorithm.rawValue) \(size.0)×\(size.1)"
  }
}

extension RegisterTile {
  /// The tiles for `accumulators` blocks of `channels` on a machine with so many vector registers,
  /// narrow ones first.
  ///
  /// The width divides that of a strip. The accumulators take at most three quarters of the
  /// registers; the others hold inputs, a weight and the temporaries of the body.
  static func candidates(accumulators: Int, channels: Int, vectorRegisters: Int) -> [RegisterTile] {
    let blocks = max(accumulators, 1)
    let budget = vectorRegisters * 3 / 4
    let tiles = [1, 2, 4].flatMap { vectors in
      (1...max(1, min(channels, budget))).map { RegisterTile(channels: $0, vectors: vectors) }
    }.filter { blocks * $0.channels * $0.vectors <= budget }
    // More accumulators than registers.
    return tiles.isEmpty ? [RegisterTile(channels: 1, vectors: 1)] : tiles
  }
}

extension MatrixBlock {
  /// The blocks for a machine with so many vector registers: as many rows as fit, and less.
  static func candidates(vectorRegisters: Int) -> [MatrixBlock] {
    let budget = vectorRegisters * 3 / 4
    return [2, 1, 4].flatMap { vectors in
      stride(from: budget / vectors, to: 0, by: -1).map { MatrixBlock(rows: $0, vectors: vectors) }
    }
  }
}
