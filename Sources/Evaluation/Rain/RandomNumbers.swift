/// The generator SplitMix64: the same numbers from the same seed on every machine.
struct RandomNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number from 0 up to but not 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in a range, all alike.
  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// A number in a range, small ones more often.
  mutating func low(_ range: ClosedRange<Double>) -> Double {
    let unit = unit()
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit * unit
  }

  /// A whole number in a range, all alike.
  mutating func uniform(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(unit() * Double(range.upperBound - range.lowerBound + 1))
  }
}

/// A seed of 53 bits, which any reader of JSON keeps, for a picture of this name.
package func derivedSeed(_ seed: UInt64, name: String) -> UInt64 {
  // FNV-1a over the seed's bytes and the name's.
  let bytes = (0..<8).map { UInt8(truncatingIfNeeded: seed >> (8 * $0)) } + Array(name.utf8)
  let hash = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  return hash >> 11
}
