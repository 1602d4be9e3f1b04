import Codegen
import Testing

struct RegisterTileTests {
  /// Every number of accumulators that fits leaves a quarter of the registers to inputs and weights.
  @Test(arguments: [16, 32], 0...6)
  func `A tile leaves registers free and covers only what there is`(
    _ registers: Int, _ accumulators: Int
  ) {
    for channels in 1...40 {
      let tile = RegisterTile.best(
        accumulators: accumulators, channels: channels, vectorRegisters: registers)
      #expect(tile.channels >= 1 && tile.vectors >= 1)
      #expect(tile.channels <= channels)
      #expect(max(1, accumulators) * tile.channels * tile.vectors <= registers * 3 / 4)
    }
  }

  @Test func `More accumulators than registers still give a tile`() {
    let tile = RegisterTile.best(accumulators: 40, channels: 24, vectorRegisters: 16)
    #expect(tile.channels == 1 && tile.vectors == 1)
  }
}
