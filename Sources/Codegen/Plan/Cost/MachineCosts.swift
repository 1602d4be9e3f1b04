/// What a core of a target can do in a cycle: a rough picture, which only has to put schedules in
/// the right order, the same on every machine that compiles.
struct MachineCosts: Hashable, Sendable {
  /// Float32 numbers in a vector.
  let lanes: Int
  /// Vector registers.
  let registers: Int
  /// Cycles of a multiply-add: two are started in each, or half of two operations.
  let multiplyAdd: Double
  /// Cycles to load a number into all lanes.
  let broadcast: Double
  /// How much longer transforms take that do not fit the registers.
  let spilling: Double

  /// Cycles of other arithmetic on vectors, of a load, and of a store.
  static let operation = 0.5
  static let load = 0.5
  static let store = 1.0
  /// Cycles until the result of a multiply-add can be added to.
  static let latency = 4.0
  /// Cycles of a number in a loop that no register is left for.
  static let spill = 8.0
  /// Cycles of a turn of a loop beyond its work.
  static let turn = 1.0

  /// Bytes in a cycle from the second cache, from the third, and from memory.
  static let nearBandwidth = 32.0
  static let farBandwidth = 16.0
  static let memoryBandwidth = 10.0
  /// Bytes in a cycle where what is read lies in more places than the hardware foresees.
  static let scatteredBandwidth = 5.0
  /// Bytes of the second cache.
  static let nearBytes = 1 << 20
  /// Bytes of the third cache, as far as a core has it for itself.
  static let farBytes = 4 << 20

  init(_ target: Target) {
    lanes = target.lanes
    registers = target.vectorRegisters
    multiplyAdd = target.fusesMultiplyAdds ? 0.5 : 1
    broadcast = multiplyAdd
    spilling = target.vectorRegisters < 32 ? 1.25 : 1
  }

  /// Bytes of a vector.
  var vectorBytes: Double { Double(4 * lanes) }

  /// Bytes in a cycle of what is used again while so many bytes are.
  static func bandwidth(workingSet: Double) -> Double {
    workingSet <= Double(nearBytes) ? nearBandwidth : farBandwidth
  }
}
