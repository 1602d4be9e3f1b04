internal import LLVMKit

/// Arithmetic on words of two bf16 numbers, the first in the low half.
struct BFloat16Pairs {
  let math: VectorMath

  private var builder: FunctionBuilder { math.builder }
  private var types: TypeFactory { builder.types }
  /// A vector of words.
  var type: IRType { types.vector(types.i32, math.lanes) }

  /// Lanes of the machine's own instructions.
  private static let machineLanes = 16

  /// Rounds two vectors to bf16, to the nearest number and to even ones between two.
  func packed(_ low: IRValue, _ high: IRValue) -> IRValue {
    guard math.lanes == Self.machineLanes else { return packedByIntegers(low, high) }
    let halves = builder.machineIntrinsic(
      "llvm.x86.avx512bf16.cvtne2ps2bf16.512", [high, low])
    let numbers = builder.convert(
      halves, .bits, to: types.vector(types.i16, 2 * math.lanes))
    return builder.convert(
      builder.interleavingHalves(of: numbers, lanes: math.lanes), .bits, to: type)
  }

  private func packedByIntegers(_ low: IRValue, _ high: IRValue) -> IRValue {
    let lower = upperHalves(low)
    let upper = builder.binary(.and, rounded(high), integer(-65536))
    return builder.binary(.or, lower, upper)
  }

  /// Words of one bf16 number, in the low half.
  func upperHalves(_ numbers: IRValue) -> IRValue {
    builder.binary(.shiftRightLogical, rounded(numbers), integer(16))
  }

  /// The bits of a number after rounding to the upper half of them.
  private func rounded(_ number: IRValue) -> IRValue {
    let bits = builder.convert(number, .bits, to: type)
    let odd = builder.binary(
      .and, builder.binary(.shiftRightLogical, bits, integer(16)), integer(1))
    return builder.add(builder.add(bits, integer(0x7fff)), odd)
  }

  /// `sum + a₀ · b₀ + a₁ · b₁` for the pairs of two vectors of words.
  func multiplyAdd(_ a: IRValue, _ b: IRValue, _ sum: IRValue) -> IRValue {
    builder.machineIntrinsic("llvm.x86.avx512bf16.dpbf16ps.512", [sum, a, b])
  }

  private func integer(_ value: Int) -> IRValue {
    types.splat(types.int(value, types.i32), math.lanes)
  }

  /// A word of two numbers that are known.
  static func word(_ low: Float, _ high: Float) -> UInt32 {
    rounded(low).bitPattern >> 16 | rounded(high).bitPattern
  }

  /// A number rounded to bf16, to the nearest one and to even ones between two.
  static func rounded(_ number: Float) -> Float {
    let bits = number.bitPattern
    return Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000)
  }
}
