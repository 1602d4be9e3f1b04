internal import GraphIR

/// The block of results that a kernel keeps in registers: `channels` of every accumulator times
/// `vectors` neighbouring vectors of pixels.
package struct RegisterTile: Hashable, Sendable {
  /// Output channels of every accumulator.
  package var channels: Int
  /// Neighbouring vectors of pixels.
  package var vectors: Int

  /// The tile for `accumulators` blocks of `channels` on a machine with so many vector registers.
  ///
  /// The width divides that of a strip. The accumulators take at most three quarters of the registers; the others hold inputs, a
  /// weight and the temporaries of the body. Of the tiles that fit, the one with the fewest idle
  /// slots wins, then the one with the fewest loads per multiply-add, `1 / vectors + 1 / rows`.
  package static func best(accumulators: Int, channels: Int, vectorRegisters: Int) -> RegisterTile {
    let blocks = max(accumulators, 1)
    let budget = vectorRegisters * 3 / 4
    var best = RegisterTile(channels: 1, vectors: 1)
    var bestCost = Double.infinity
    for vectors in [1, 2, 4] {
      for rows in 1...max(1, min(channels, budget)) where blocks * rows * vectors <= budget {
        let tile = RegisterTile(channels: rows, vectors: vectors)
        let cost = tile.cost(blocks: blocks, channels: channels)
        if cost < bestCost { (best, bestCost) = (tile, cost) }
      }
    }
    return best
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
