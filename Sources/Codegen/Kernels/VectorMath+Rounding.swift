internal import GraphIR
internal import LLVMKit

/// Rounding without instructions that only some CPUs have, and what is computed with it.
extension VectorMath {
  func absolute(_ x: IRValue) -> IRValue { builder.intrinsic("llvm.fabs", x) }

  /// The nearest whole number; the even one of two.
  ///
  /// Adding 2²³ leaves no bit for fractions; larger numbers have none.
  func rounded(_ x: IRValue) -> IRValue {
    let big = builder.intrinsic("llvm.copysign", constant(8_388_608), x)
    let near = builder.fsubtract(builder.fadd(x, big), big)
    return builder.select(
      builder.fcompare(absolute(x), .less, constant(8_388_608)),
      builder.intrinsic("llvm.copysign", near, x), x)
  }

  func floor(_ x: IRValue) -> IRValue {
    let near = rounded(x)
    let below = builder.fsubtract(near, constant(1))
    return builder.select(builder.fcompare(near, .greater, x), below, near)
  }

  func ceil(_ x: IRValue) -> IRValue {
    let near = rounded(x)
    // The sum of −1 and 1 would be a zero without the sign of x.
    let above = builder.intrinsic("llvm.copysign", builder.fadd(near, constant(1)), x)
    return builder.select(builder.fcompare(near, .less, x), above, near)
  }

  /// The remainder with the sign of `b`.
  func modulo(_ a: IRValue, _ b: IRValue) -> IRValue {
    let rest = remainder(a, b)
    let hasOtherSign = builder.fcompare(
      builder.fmultiply(
        builder.intrinsic("llvm.copysign", constant(1), rest),
        builder.intrinsic("llvm.copysign", constant(1), b)), .less, constant(0))
    let isZero = builder.fcompare(rest, .equal, constant(0))
    let moved = builder.select(hasOtherSign, builder.fadd(rest, b), rest)
    return builder.select(isZero, builder.intrinsic("llvm.copysign", constant(0), b), moved)
  }

  /// −1, 0 or 1; a NaN of one.
  func sign(_ x: IRValue) -> IRValue {
    let isOther = builder.binary(
      .or, builder.fcompare(x, .less, constant(0)), builder.fcompare(x, .greater, constant(0)))
    return builder.select(isOther, builder.intrinsic("llvm.copysign", constant(1), x), x)
  }

  /// One of two numbers; a NaN where one is.
  func extreme(_ a: IRValue, _ comparison: FunctionBuilder.Comparison, _ b: IRValue) -> IRValue {
    let chosen = builder.select(builder.fcompare(a, comparison, b), a, b)
    return builder.select(builder.fcompare(a, .notEqual, a), a, chosen)
  }

  /// 1 where a comparison holds, 0 elsewhere.
  func truth(_ a: IRValue, _ comparison: FunctionBuilder.Comparison, _ b: IRValue) -> IRValue {
    builder.select(builder.fcompare(a, comparison, b), constant(1), constant(0))
  }

  /// `alpha · x + beta` between 0 and 1; a NaN stays one.
  func hardSigmoid(_ x: IRValue, alpha: Double, beta: Double) -> IRValue {
    let line = builder.multiplyAdd(x, constant(alpha), constant(beta))
    let low = builder.select(builder.fcompare(line, .less, constant(0)), constant(0), line)
    return builder.select(builder.fcompare(low, .greater, constant(1)), constant(1), low)
  }
}
