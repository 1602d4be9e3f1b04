internal import GraphIR
internal import LLVMKit

/// Functions whose arguments must be reduced in double precision.
extension VectorMath {
  private var doubleType: IRType { builder.types.vector(builder.types.f64, lanes) }

  private func double(_ value: Double) -> IRValue {
    builder.types.splat(builder.types.float(value, builder.types.f64), lanes)
  }

  private func doubled(_ x: IRValue) -> IRValue { builder.convert(x, .floatExtend, to: doubleType) }

  private func single(_ x: IRValue) -> IRValue { builder.convert(x, .floatTruncate, to: type) }

  /// The nearest whole number to one below 2⁵¹, and the number whose low bits it stands in.
  private func roundedDouble(_ x: IRValue) -> (number: IRValue, bits: IRValue) {
    let magic = double(6_755_399_441_055_744)
    let shifted = builder.fadd(x, magic)
    let wide = builder.convert(
      shifted, .bits, to: builder.types.vector(builder.types.i64, lanes))
    return (builder.fsubtract(shifted, magic), builder.convert(wide, .truncate, to: integerType))
  }

  /// `a − trunc(a / b) · b`; exact for quotients below 2²⁹, and 0 for those that leave no digit.
  func remainder(_ a: IRValue, _ b: IRValue) -> IRValue {
    let (dividend, divisor) = (absolute(a), absolute(b))
    let (wide, step) = (doubled(dividend), doubled(divisor))
    // Adding 2⁵² leaves no bit for fractions; the quotient may be one too large or too small.
    let big = double(4_503_599_627_370_496)
    let quotient = builder.fsubtract(builder.fadd(builder.fdivide(wide, step), big), big)
    var rest = builder.fsubtract(wide, builder.fmultiply(quotient, step))
    rest = builder.select(builder.fcompare(rest, .less, double(0)), builder.fadd(rest, step), rest)
    let isOutside = builder.binary(
      .or, builder.fcompare(rest, .less, double(0)), builder.fcompare(rest, .greaterOrEqual, step))
    rest = builder.select(isOutside, double(0), rest)
    // A finite number is its own remainder by infinity.
    let isWhole = builder.binary(
      .and, builder.fcompare(divisor, .equal, constant(.infinity)),
      builder.fcompare(dividend, .less, constant(.infinity)))
    let result = builder.select(isWhole, dividend, single(rest))
    return builder.intrinsic("llvm.copysign", result, a)
  }

  /// `sin(x + quarters · π/2)`; for numbers above 2²⁴ the error grows with the number.
  func sine(_ x: IRValue, quarters: Int) -> IRValue {
    let wide = doubled(x)
    let (turns, bits) = roundedDouble(builder.fmultiply(wide, double(0.636_619_772_367_581_3)))
    let high = builder.multiplyAdd(turns, double(-1.570_796_326_734_125_6), wide)
    let low = single(builder.multiplyAdd(turns, double(-6.077_100_506_506_192e-11), high))
    // Numbers too large to be reduced give some sine.
    let rest = clamped(low, to: 0.8)
    let quadrant = builder.add(bits, integer(quarters))
    let square = builder.fmultiply(rest, rest)
    let sine = builder.multiplyAdd(
      builder.fmultiply(
        polynomial(square, [-1.951_529_589_1e-4, 8.332_160_873_6e-3, -1.666_666_546_11e-1]),
        square), rest, rest)
    let cosine = builder.multiplyAdd(
      builder.fmultiply(square, square),
      polynomial(square, [2.443_315_711_8e-5, -1.388_731_625_5e-3, 4.166_664_568_3e-2]),
      builder.multiplyAdd(square, constant(-0.5), constant(1)))
    let isOdd = builder.compare(
      builder.binary(.and, quadrant, integer(1)), .notEqual, integer(0))
    let isNegated = builder.compare(
      builder.binary(.and, quadrant, integer(2)), .notEqual, integer(0))
    let value = builder.select(isOdd, cosine, sine)
    return builder.select(isNegated, builder.fsubtract(constant(-0.0), value), value)
  }

  /// `a` to the power of `b`: `exp(b · log |a|)` with the sign of odd powers.
  func power(_ a: IRValue, _ b: IRValue) -> IRValue {
    let magnitude = absolute(a)
    let exponent = builder.fmultiply(doubled(b), doubleLogarithm(magnitude))
    let result = builder.select(
      isEither(b, 0, or: (magnitude, 1)), constant(1), exponentialOfDouble(exponent))
    let half = builder.fmultiply(b, constant(0.5))
    let isWhole = builder.fcompare(rounded(b), .equal, b)
    let isOdd = builder.binary(.and, isWhole, builder.fcompare(rounded(half), .notEqual, half))
    let signed = builder.select(isOdd, builder.intrinsic("llvm.copysign", result, a), result)
    // Roots of negative numbers, but not of minus infinity.
    let isRoot = builder.binary(
      .and, builder.fcompare(rounded(b), .notEqual, b),
      builder.binary(
        .and, builder.fcompare(a, .less, constant(0)),
        builder.fcompare(a, .greater, constant(-.infinity))))
    // 1 to any power and any number to the power of 0 are 1, even where one is a NaN.
    return builder.select(
      isEither(b, 0, or: (a, 1)), constant(1), builder.select(isRoot, constant(.nan), signed))
  }

  private func isEither(_ x: IRValue, _ number: Double, or other: (IRValue, Double)) -> IRValue {
    builder.binary(
      .or, builder.fcompare(x, .equal, constant(number)),
      builder.fcompare(other.0, .equal, constant(other.1)))
  }

  /// The logarithm of a number that is not negative: `e · log 2 + 2 · artanh((m − 1) / (m + 1))`.
  private func doubleLogarithm(_ x: IRValue) -> IRValue {
    let (exponent, mantissa) = splitLogarithm(x)
    let m = doubled(mantissa)
    let s = builder.fdivide(builder.fsubtract(m, double(1)), builder.fadd(m, double(1)))
    let square = builder.fmultiply(s, s)
    let series = [13, 11, 9, 7, 5, 3, 1].map { 2 / Double($0) }
    let sum = series.dropFirst().reduce(double(series[0])) {
      builder.multiplyAdd($0, square, double($1))
    }
    let result = builder.multiplyAdd(
      doubled(exponent), double(0.693_147_180_559_945_3), builder.fmultiply(sum, s))
    let isOrdinary = builder.binary(
      .and, builder.fcompare(x, .greater, constant(0)),
      builder.fcompare(x, .less, constant(.infinity)))
    let other = builder.select(
      builder.fcompare(x, .equal, constant(0)), constant(-.infinity), x)
    return builder.select(isOrdinary, result, doubled(other))
  }

  private func exponentialOfDouble(_ x: IRValue) -> IRValue {
    let low = builder.select(builder.fcompare(x, .less, double(-105)), double(-105), x)
    let x = builder.select(builder.fcompare(low, .greater, double(105)), double(105), low)
    let (n, _) = roundedDouble(builder.fmultiply(x, double(1.442_695_040_888_963_4)))
    let rest = single(builder.multiplyAdd(n, double(-0.693_147_180_559_945_3), x))
    let value = builder.fadd(exponentialPolynomial(rest), constant(1))
    return product(value, powerOfTwo: single(n))
  }
}
