/// A small generator of pseudo-random numbers; equal seeds give equal numbers everywhere.
package struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A multiple of 2⁻²³ in `-1 ..< 1`, times `amplitude`.
  package mutating func number(amplitude: Float = 1) -> Float {
    amplitude * (Float(next() >> 40) * 0x1p-23 - 1)
  }
}
