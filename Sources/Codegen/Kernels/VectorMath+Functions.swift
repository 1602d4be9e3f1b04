internal import GraphIR
internal import LLVMKit

/// Functions that need more than an instruction; relative errors are of the order of 1e-7 unless
/// said otherwise. Polynomials are those of the Cephes library.
extension VectorMath {
  private static let naturalLogOfTwo = (high: 0.693_359_375, low: -2.121_944_40e-4)

  /// The value of `coefficients[0] · xⁿ + … + coefficients[n]`.
  func polynomial(_ x: IRValue, _ coefficients: [Double]) -> IRValue {
    coefficients.dropFirst().reduce(constant(coefficients[0])) {
      builder.multiplyAdd($0, x, constant($1))
    }
  }

  /// `exp(x)` as `2ⁿ · (1 + p)`, with n as a whole number and p near 0; x within ±105.
  private func splitExponential(_ x: IRValue) -> (n: IRValue, p: IRValue) {
    let n = rounded(builder.fmultiply(x, constant(1.442_695_040_888_963_4)))
    let high = builder.multiplyAdd(n, constant(-Self.naturalLogOfTwo.high), x)
    let rest = builder.multiplyAdd(n, constant(-Self.naturalLogOfTwo.low), high)
    return (n, exponentialPolynomial(rest))
  }

  /// `exp(x) − 1` for |x| ≤ ½ · log 2.
  func exponentialPolynomial(_ x: IRValue) -> IRValue {
    let tail = polynomial(
      x,
      [
        1.987_569_150_0e-4, 1.398_199_950_7e-3, 8.333_451_907_3e-3, 4.166_579_589_4e-2,
        1.666_666_545_9e-1, 5.000_000_120_1e-1,
      ])
    return builder.multiplyAdd(tail, builder.fmultiply(x, x), x)
  }

  /// `value · 2ⁿ` for a whole `n` within ±252, in two steps because 2ⁿ itself may not exist.
  func product(_ value: IRValue, powerOfTwo n: IRValue) -> IRValue {
    let half = rounded(builder.fmultiply(n, constant(0.5)))
    let rest = builder.fsubtract(n, half)
    return builder.fmultiply(builder.fmultiply(value, powerOfTwo(half)), powerOfTwo(rest))
  }

  /// `2ⁿ` for a whole `n` within ±126.
  private func powerOfTwo(_ n: IRValue) -> IRValue {
    let shifted = builder.fadd(n, constant(12_582_912 + 127))
    let bits = builder.binary(
      .shiftLeft, builder.convert(shifted, .bits, to: integerType), integer(23))
    return builder.convert(bits, .bits, to: type)
  }

  /// The exponential function.
  func exponential(_ x: IRValue) -> IRValue {
    let (n, p) = splitExponential(clamped(x, to: 105))
    return product(builder.fadd(p, constant(1)), powerOfTwo: n)
  }

  /// `alpha · (exp(x) − 1)` where not above zero, `x` elsewhere.
  func elu(_ x: IRValue, alpha: Double) -> IRValue {
    let isPositive = builder.fcompare(x, .greater, constant(0))
    let (n, p) = splitExponential(clamped(builder.select(isPositive, constant(0), x), to: 80))
    let power = powerOfTwo(n)
    let difference = builder.multiplyAdd(power, p, builder.fsubtract(power, constant(1)))
    return builder.select(isPositive, x, builder.fmultiply(difference, constant(alpha)))
  }

  /// The natural logarithm.
  func logarithm(_ x: IRValue) -> IRValue {
    let (exponent, mantissa) = splitLogarithm(x)
    let rest = builder.fsubtract(mantissa, constant(1))
    let square = builder.fmultiply(rest, rest)
    let tail = polynomial(
      rest,
      [
        7.037_683_629_2e-2, -1.151_461_031_0e-1, 1.167_699_874_0e-1, -1.242_014_084_6e-1,
        1.424_932_278_7e-1, -1.666_805_766_5e-1, 2.000_071_476_5e-1, -2.499_999_399_3e-1,
        3.333_333_117_4e-1,
      ])
    var sum = builder.fmultiply(builder.fmultiply(tail, rest), square)
    sum = builder.multiplyAdd(exponent, constant(Self.naturalLogOfTwo.low), sum)
    sum = builder.fadd(rest, builder.multiplyAdd(square, constant(-0.5), sum))
    sum = builder.multiplyAdd(exponent, constant(Self.naturalLogOfTwo.high), sum)
    return finishedLogarithm(sum, of: x)
  }

  /// The logarithm of what is no positive finite number.
  private func finishedLogarithm(_ result: IRValue, of x: IRValue) -> IRValue {
    let infinity = constant(.infinity)
    // Negative numbers give a NaN, and infinity and NaNs themselves.
    let other = builder.select(
      builder.fcompare(x, .less, constant(0)), constant(.nan), builder.fadd(x, x))
    let isOrdinary = builder.binary(
      .and, builder.fcompare(x, .greater, constant(0)), builder.fcompare(x, .less, infinity))
    let finished = builder.select(isOrdinary, result, other)
    return builder.select(
      builder.fcompare(x, .equal, constant(0)), constant(-.infinity), finished)
  }

  /// `x = mantissa · 2^exponent` with √½ ≤ mantissa < √2, for positive finite numbers.
  func splitLogarithm(_ x: IRValue) -> (exponent: IRValue, mantissa: IRValue) {
    let isSubnormal = builder.fcompare(x, .less, constant(1.175_494_350_8e-38))
    let normal = builder.select(isSubnormal, builder.fmultiply(x, constant(8_388_608)), x)
    let correction = builder.select(isSubnormal, constant(-23), constant(0))
    let rootOfHalf = integer(0x3F35_04F3)
    let bits = builder.subtract(builder.convert(normal, .bits, to: integerType), rootOfHalf)
    let exponent = builder.binary(.shiftRight, bits, integer(23))
    let mantissa = builder.add(builder.binary(.and, bits, integer(0x007F_FFFF)), rootOfHalf)
    return (
      builder.fadd(builder.convert(exponent, .intToFloat, to: type), correction),
      builder.convert(mantissa, .bits, to: type)
    )
  }

  /// `log(1 + exp(x))`, without losing small results.
  func softplus(_ x: IRValue) -> IRValue {
    let small = exponential(builder.fsubtract(constant(0), absolute(x)))
    let sum = builder.fadd(small, constant(1))
    let difference = builder.fsubtract(sum, constant(1))
    // log(1 + u) = log(s) · u / (s − 1) for the rounded sum s.
    let corrected = builder.fdivide(builder.fmultiply(logarithm(sum), small), difference)
    let logarithm = builder.select(
      builder.fcompare(difference, .equal, constant(0)), small, corrected)
    return builder.fadd(leaky(x, slope: 0), logarithm)
  }

  /// The error function.
  func errorFunction(_ x: IRValue) -> IRValue {
    let square = builder.fmultiply(x, x)
    let near = builder.fmultiply(
      x,
      polynomial(
        square,
        [
          7.853_861_353_153_693e-5, -8.010_193_625_184_903e-4, 5.188_327_685_732_524e-3,
          -2.685_381_193_529_856e-2, 1.128_358_514_861_418e-1, -3.761_262_582_423_300e-1,
          1.128_379_165_726_710,
        ]))
    // Abramowitz and Stegun 7.1.26, within 1.5e-7 of results near 1.
    let magnitude = absolute(x)
    let t = builder.fdivide(
      constant(1), builder.multiplyAdd(magnitude, constant(0.327_591_1), constant(1)))
    let tail = builder.fmultiply(
      t,
      polynomial(
        t, [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592]))
    let exponential = exponential(builder.fsubtract(constant(0), square))
    let far = builder.fsubtract(constant(1), builder.fmultiply(tail, exponential))
    return builder.select(
      builder.fcompare(magnitude, .less, constant(1)), near,
      builder.intrinsic("llvm.copysign", far, x))
  }
}
