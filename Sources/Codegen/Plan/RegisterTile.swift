internal import GraphIR

/// The block of results that a kernel keeps in registers: `channels` of every accumulator times
/// `vectors` neighbouring vectors of pixels.
package struct RegisterTile: Hashable, Sendable {
  /// Output channels of every accumulator.
  package var channels: Int
  /// Neighbouring vectors of pixels.
  package var vectors: Int

  /// Makes a tile.
  package init(channels: Int, vectors: Int) {
    self.channels = channels
    self.vectors = vectors
  }

  /// The tile for `accumulators` blocks of `channels` on a machine with so many vector registers:
  /// of those that fit, the one with the fewest idle slots, then with the fewest loads per
  /// multiply-add, `1 / vectors + 1 / rows`.
  package static func best(accumulators: Int, channels: Int, vectorRegisters: Int) -> RegisterTile {
    let tiles = candidates(
      accumulators: accumulators, channels: channels, vectorRegisters: vectorRegisters)
    return best(of: tiles) { $0.cost(blocks: max(accumulators, 1), channels: channels) }
  }

  /// The tile of least cost, the first one of equals.
  static func best(of tiles: [RegisterTile], by cost: (RegisterTile) -> Double) -> RegisterTile {
    let costs = tiles.map(cost)
    return zip(tiles, costs).min { $0.1 < $1.1 }?.0 ?? RegisterTile(channels: 1, vectors: 1)
  }

  /// Cycles per multiply-add on a machine that starts two multiply-adds and two loads per cycle,
  /// with a latency of four cycles.
  private func cost(blocks: Int, channels: Int) -> Double {
    let rows = Double(blocks * self.channels)
    let tiles = channels.ceiledQuotient(self.channels)
    let idle = Double(tiles * self.channels) / Double(channels)
    let latencyBound = 8 / (rows * Double(vectors))
    let loadBound = 1 / Double(vectors) + 1 / rows
    let perTile = 4 / (rows * Double(vectors))
    return idle * max(1, latencyBound) + 0.25 * loadBound + 0.05 * perTile
  }
}
