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

  /// `e / (e + 2)` for `e = exp(2x) − 1`, within 2e-7 and, for results near 0, 6e-7 of them.
  private func tanh(_ x: IRValue) -> IRValue {
    let (power, fraction) = splitPowerOfTwo(x, times: 2 * Self.log2e)
    // The minimax polynomial for the relative error of (2^f − 1) / f, 4e-7.
    let slope = polynomial(
      fraction,
      [1.333_353_87e-3, 9.666_245_42e-3, 5.550_500_21e-2, 2.402_235_13e-1, 6.931_471_44e-1])
    let rest = builder.fmultiply(slope, fraction)
    let difference = builder.multiplyAdd(power, rest, builder.fsubtract(power, constant(1)))
    return builder.fdivide(difference, builder.fadd(difference, constant(2)))
  }

  private static let log2e = 1.442_695_040_888_963_4

  /// `2^(factor · x)` for an exponent held within ±125.
  ///
  /// For small exponents the relative error is below 2e-7; it grows with the rounding of
  /// `factor · x`, where the sigmoid is flat. The polynomial is the minimax one of degree 5 for the
  /// relative error of `2^f`, 9e-8.
  private func powerOfTwo(_ x: IRValue, times factor: Double) -> IRValue {
    guard lanes != Self.scalingLanes else {
      return scaledPowerOfTwo(builder.fmultiply(x, constant(factor)))
    }
    let (power, fraction) = splitPowerOfTwo(x, times: factor)
    let value = polynomial(
      fraction,
      [1.326_472_73e-3, 9.671_512_99e-3, 5.550_733_58e-2, 2.402_224_24e-1, 6.931_470_04e-1, 1])
    // A multiplication, so that every NaN stays one, whatever its bits.
    return builder.fmultiply(value, power)
  }

  /// `2ⁿ` and f for the exponent `n + f = factor · x` with |f| ≤ ½, held within ±125.
  private func splitPowerOfTwo(
    _ x: IRValue, times factor: Double
  ) -> (power: IRValue, fraction: IRValue) {
    guard lanes != Self.scalingLanes else {
      let t = builder.fmultiply(x, constant(factor))
      // Below there is no limit: the power becomes 0.
      let limit = constant(125)
      let limited = builder.select(builder.fcompare(t, .greater, limit), limit, t)
      let fraction = fraction(limited, rounding: .nearest)
      return (scaled(constant(1), by: builder.fsubtract(limited, fraction)), fraction)
    }
    let x = clamped(x, to: 125 / abs(factor))
    // Adding 1.5·2²³ rounds to an integer, which then stands in the low bits; 127 is the bias of
    // an exponent.
    let magic = constant(12_582_912 + 127)
    let shifted = builder.multiplyAdd(x, constant(factor), magic)
    let fraction = builder.multiplyAdd(x, constant(factor), builder.fsubtract(magic, shifted))
    let bits = builder.binary(
      .shiftLeft, builder.convert(shifted, .bits, to: integerType), integer(23))
    return (builder.convert(bits, .bits, to: type), fraction)
  }

  /// Every CPU with vectors of so many lanes has instructions that split exponents and scale by
  /// them, which need no limits (`Architecture.x86`).
  private static let scalingLanes = 16

  /// `2^t` as `2^f · 2^n` with whole `n` and 0 ≤ f < 1; the polynomial is the one of
  /// ``powerOfTwo(_:times:)`` about ½ in powers of f.
  private func scaledPowerOfTwo(_ t: IRValue) -> IRValue {
    let value = polynomial(
      fraction(t, rounding: .down),
      [
        1.875_915_725e-3, 8.987_795_527e-3, 5.583_384_673e-2, 2.401_484_52e-1, 6.931_539_353e-1,
        0.999_999_891_3,
      ])
    return scaled(value, by: t)
  }

  /// Ways to round to a whole number without exceptions, as the instruction has them.
  private enum Rounding: Int {
    case nearest = 8
    case down = 9
  }

  /// What is left of `t` without a whole number, for vectors of ``scalingLanes``.
  private func fraction(_ t: IRValue, rounding: Rounding) -> IRValue {
    let way = builder.types.int(rounding.rawValue, builder.types.i32)
    return machine("llvm.x86.avx512.mask.reduce.ps.512", t, way)
  }

  /// `value · 2ⁿ` for the whole number `n` not above `t`, for vectors of ``scalingLanes``.
  private func scaled(_ value: IRValue, by t: IRValue) -> IRValue {
    machine("llvm.x86.avx512.mask.scalef.ps.512", value, t)
  }

  /// An instruction of AVX-512 on all lanes, which rounds as always.
  private func machine(_ name: String, _ operands: IRValue...) -> IRValue {
    let all = builder.types.int(0xffff, builder.types.i16)
    return builder.machineIntrinsic(
      name, operands + [constant(0), all, builder.types.int(4, builder.types.i32)])
  }

  /// The comparisons are false for a NaN, which therefore passes.
  func clamped(_ x: IRValue, to limit: Double) -> IRValue {
    let low = builder.select(builder.fcompare(x, .less, constant(-limit)), constant(-limit), x)
    return builder.select(builder.fcompare(low, .greater, constant(limit)), constant(limit), low)
  }
}
