internal import GraphIR
internal import LLVMKit

/// Emits float32 arithmetic on vectors of some width; a width of 1 gives scalar code.
struct VectorMath {
  let builder: FunctionBuilder
  let lanes: Int

  var type: IRType { builder.types.vector(builder.types.f32, lanes) }
  var integerType: IRType { builder.types.vector(builder.types.i32, lanes) }

  func constant(_ value: Double) -> IRValue {
    builder.types.splat(builder.types.float(value), lanes)
  }

  func integer(_ value: Int) -> IRValue {
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
    case .elu(let alpha): elu(arguments[0], alpha: Double(alpha))
    case .hardSigmoid(let alpha, let beta):
      hardSigmoid(arguments[0], alpha: Double(alpha), beta: Double(beta))
    case .softplus: softplus(arguments[0])
    case .divide: builder.fdivide(arguments[0], arguments[1])
    case .power: power(arguments[0], arguments[1])
    case .minimum: extreme(arguments[0], .less, arguments[1])
    case .maximum: extreme(arguments[0], .greater, arguments[1])
    case .modulo: modulo(arguments[0], arguments[1])
    case .remainder: remainder(arguments[0], arguments[1])
    case .less: truth(arguments[0], .less, arguments[1])
    case .lessOrEqual: truth(arguments[0], .lessOrEqual, arguments[1])
    case .equal: truth(arguments[0], .equal, arguments[1])
    case .select:
      builder.select(
        builder.fcompare(arguments[0], .notEqual, constant(0)), arguments[1], arguments[2])
    case .negate: builder.fsubtract(constant(-0.0), arguments[0])
    case .absolute: absolute(arguments[0])
    case .sign: sign(arguments[0])
    case .reciprocal: builder.fdivide(constant(1), arguments[0])
    case .squareRoot: builder.intrinsic("llvm.sqrt", arguments[0])
    case .exponential: exponential(arguments[0])
    case .logarithm: logarithm(arguments[0])
    case .errorFunction: errorFunction(arguments[0])
    case .sine: sine(arguments[0], quarters: 0)
    case .cosine: sine(arguments[0], quarters: 1)
    case .floor: floor(arguments[0])
    case .ceil: ceil(arguments[0])
    case .round: rounded(arguments[0])
    }
  }

  /// `x` where not below zero, `slope · x` elsewhere; a NaN stays one.
  func leaky(_ x: IRValue, slope: Double) -> IRValue {
    let scaled = slope == 0 ? constant(0) : builder.fmultiply(x, constant(slope))
    guard 0...1 ~= slope else {
      return builder.select(builder.fcompare(x, .less, constant(0)), scaled, x)
    }
    // One instruction, which gives its second operand where one is a NaN.
    return builder.select(builder.fcompare(scaled, .greater, x), scaled, x)
  }

  /// `1 / (1 + exp(−x))`, within 2e-7.
  private func sigmoid(_ x: IRValue) -> IRValue {
    let exponential = powerOfTwo(x, times: -Self.log2e)
    return builder.fdivide(constant(1), builder.fadd(constant(1), exponential))
  }

  /// `1 − 2 / (exp(2x) + 1)`, within 3e-7.
  private func tanh(_ x: IRValue) -> IRValue {
    let exponential = powerOfTwo(x, times: 2 * Self.log2e)
    let quotient = builder.fdivide(constant(2), builder.fadd(exponential, constant(1)))
    return builder.fsubtract(constant(1), quotient)
  }

  private static let log2e = 1.442_695_040_888_963_4

  /// `2^(factor · x)` for an exponent held within ±125.
  ///
  /// The exponent is `n + f` with |f| ≤ ½. For small ones the relative error is below 2e-7; it
  /// grows with the rounding of `factor · x`, where the functions above are flat. The polynomial
  /// is the minimax one of degree 5 for the relative error of `2^f`, 9e-8.
  private func powerOfTwo(_ x: IRValue, times factor: Double) -> IRValue {
    guard lanes != Self.scalingLanes else {
      return scaledPowerOfTwo(builder.fmultiply(x, constant(factor)))
    }
    let x = clamped(x, to: 125 / abs(factor))
    // Adding 1.5·2²³ rounds to an integer, which then stands in the low bits; 127 is the bias of
    // an exponent.
    let magic = constant(12_582_912 + 127)
    let shifted = builder.multiplyAdd(x, constant(factor), magic)
    let fraction = builder.multiplyAdd(x, constant(factor), builder.fsubtract(magic, shifted))
    let value = polynomial(
      fraction,
      [1.326_472_73e-3, 9.671_512_99e-3, 5.550_733_58e-2, 2.402_224_24e-1, 6.931_470_04e-1, 1])
    return scaled(value, byPowerOfTwo: shifted)
  }

  /// Every CPU with vectors of so many lanes has instructions that split exponents and scale by
  /// them, which need no limits (`Architecture.x86`).
  private static let scalingLanes = 16

  /// `2^t` as `2^f · 2^n` with whole `n` and 0 ≤ f < 1; the polynomial is the one of
  /// ``powerOfTwo(_:times:)`` about ½ in powers of f.
  private func scaledPowerOfTwo(_ t: IRValue) -> IRValue {
    let all = builder.types.int(0xffff, builder.types.i16)
    func number(_ value: Int) -> IRValue { builder.types.int(value, builder.types.i32) }
    // What is left of t after rounding down to a whole number, without exceptions.
    let fraction = builder.machineIntrinsic(
      "llvm.x86.avx512.mask.reduce.ps.512", [t, number(9), constant(0), all, number(4)])
    let value = polynomial(
      fraction,
      [
        1.875_915_725e-3, 8.987_795_527e-3, 5.583_384_673e-2, 2.401_484_52e-1, 6.931_539_353e-1,
        0.999_999_891_3,
      ])
    return builder.machineIntrinsic(
      "llvm.x86.avx512.mask.scalef.ps.512", [value, t, constant(0), all, number(4)])
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
  func clamped(_ x: IRValue, to limit: Double) -> IRValue {
    let low = builder.select(builder.fcompare(x, .less, constant(-limit)), constant(-limit), x)
    return builder.select(builder.fcompare(low, .greater, constant(limit)), constant(limit), low)
  }
}
