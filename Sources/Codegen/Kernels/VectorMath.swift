internal import GraphIR
internal import LLVMKit

/// Emits float32 arithmetic on vectors of some width; a width of 1 gives scalar code.
struct VectorMath {
  let builder: FunctionBuilder
  let lanes: Int

  var type: IRType { builder.types.vector(builder.types.f32, lanes) }
  private var integerType: IRType { builder.types.vector(builder.types.i32, lanes) }

  func constant(_ value: Double) -> IRValue {
    builder.types.splat(builder.types.float(value), lanes)
  }

  private func integer(_ value: Int) -> IRValue {
    builder.types.splat(builder.types.int(value, builder.types.i32), lanes)
  }

  /// Emits a pointwise function.
  func apply(_ function: PointwiseFunction, _ arguments: [IRValue]) -> IRValue {
    switch function {
    case .add: builder.fadd(arguments[0], arguments[1])
    case .subtract: builder.fsubtract(arguments[0], arguments[1])
    case .multiply: builder.fmultiply(arguments[0], arguments[1])
    case .sigmoid: sigmoid(arguments[0])
    case .tanh: tanh(arguments[0])
    case .relu: leaky(arguments[0], slope: 0)
    case .leakyReLU(let slope): leaky(arguments[0], slope: Double(slope))
    }
  }

  /// `x` where not below zero, `slope · x` elsewhere; a NaN stays one.
  private func leaky(_ x: IRValue, slope: Double) -> IRValue {
    let scaled = slope == 0 ? constant(0) : builder.fmultiply(x, constant(slope))
    return builder.select(builder.fcompare(x, .less, constant(0)), scaled, x)
  }

  /// `1 / (1 + exp(−x))`, within 2e-7.
  private func sigmoid(_ x: IRValue) -> IRValue {
    let exponential = exponential(builder.fsubtract(constant(-0.0), x))
    return builder.fdivide(constant(1), builder.fadd(constant(1), exponential))
  }

  /// `1 − 2 / (exp(2x) + 1)`, within 3e-7.
  private func tanh(_ x: IRValue) -> IRValue {
    let exponential = exponential(builder.fadd(x, x))
    let quotient = builder.fdivide(constant(2), builder.fadd(exponential, constant(1)))
    return builder.fsubtract(constant(1), quotient)
  }

  /// `exp(x)` for x held within ±87, with a relative error of about 2 ulp.
  ///
  /// `x = n·ln 2 + r` with |r| ≤ ln 2 / 2, ln 2 in two pieces (Cody and Waite, Software Manual for
  /// the Elementary Functions, 1980, chapter 6); the polynomial for exp(r) is that of Cephes
  /// `expf` (S. L. Moshier).
  private func exponential(_ x: IRValue) -> IRValue {
    let x = clamped(x, to: 87)
    // Adding 1.5·2²³ rounds to an integer, which then stands in the low bits; 127 is the bias of
    // an exponent.
    let magic = constant(12_582_912 + 127)
    let shifted = builder.multiplyAdd(x, constant(1.442_695_040_888_963_4), magic)
    let n = builder.fsubtract(shifted, magic)
    var r = builder.multiplyAdd(n, constant(-0.693_359_375), x)
    r = builder.multiplyAdd(n, constant(2.121_944_400_546_905_8e-4), r)
    let coefficients = [
      1.987_569_15e-4, 1.398_199_950_7e-3, 8.333_451_907_3e-3, 4.166_579_589_4e-2,
      1.666_666_545_9e-1, 5.000_000_120_1e-1,
    ]
    var polynomial = constant(coefficients[0])
    for coefficient in coefficients.dropFirst() {
      polynomial = builder.multiplyAdd(polynomial, r, constant(coefficient))
    }
    let square = builder.fmultiply(r, r)
    polynomial = builder.fadd(builder.multiplyAdd(polynomial, square, r), constant(1))
    return scaled(polynomial, byPowerOfTwo: shifted)
  }

  /// Emits `value · 2ⁿ`, with n + 127 in the low bits of `shifted`.
  ///
  /// It is a multiplication so that every NaN stays one, whatever its bits.
  private func scaled(_ value: IRValue, byPowerOfTwo shifted: IRValue) -> IRValue {
    let power = builder.binary(
      .shiftLeft, builder.convert(shifted, .bits, to: integerType), integer(23))
    return builder.fmultiply(value, builder.convert(power, .bits, to: type))
  }

  /// The comparisons are false for a NaN, which therefore passes.
  private func clamped(_ x: IRValue, to limit: Double) -> IRValue {
    let low = builder.select(builder.fcompare(x, .less, constant(-limit)), constant(-limit), x)
    return builder.select(builder.fcompare(low, .greater, constant(limit)), constant(limit), low)
  }
}
