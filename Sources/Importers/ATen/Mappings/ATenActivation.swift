internal import GraphIR

extension ATenMapping {
  /// Functions of one tensor.
  static let activation: [ATenMapping] = [
    unary("relu", "Relu"), unary("neg negative _neg_view", "Neg"),
    unary("abs absolute fabs", "Abs"),
    unary("sign sgn", "Sign"), unary("round", "Round"), real("sigmoid", "Sigmoid"),
    real("tanh", "Tanh"), real("erf special_erf", "Erf"), real("exp", "Exp"), real("log", "Log"),
    real("sqrt", "Sqrt"), real("reciprocal", "Reciprocal"), real("sin", "Sin"),
    real("cos", "Cos"), real("mish", "Mish"), real("softsign", "Softsign"), real("selu", "Selu"),
    real("silu", "Swish"), real("hardswish", "HardSwish"),
    .tensor("hardsigmoid", "self") { call, context throws(ImportError) in
      try context.pointwise(.hardSigmoid(alpha: 1 / 6, beta: 0.5), [try call.tensor("self")])
    },
    .tensor("rsqrt", "self") { call, context throws(ImportError) in
      try context.inverseRoot(try context.floating(try call.tensor("self")), 0)
    },
    .tensor("positive", "self") { call, _ throws(ImportError) in try call.tensor("self") },
    .tensor("frac", "self") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.difference([x, try context.truncated(x)])
    },
    .tensor("softshrink", "self lambd") { call, context throws(ImportError) in
      let (x, width) = (try call.tensor("self"), try call.float("lambd", default: 0.5))
      return try context.difference([
        x, try context.clamped(x, .number(-width), .number(width)),
      ])
    },
    .tensor("hardshrink", "self lambd") { call, context throws(ImportError) in
      let (x, width) = (try call.tensor("self"), try call.float("lambd", default: 0.5))
      let size = try context.pointwise(.absolute, [x])
      let isLarge = try context.binary(.less, .less, .number(width), size)
      return try context.choose(isLarge, x, .number(0))
    },
    logarithm("log2", base: 2), logarithm("log10", base: 10),
    .tensor("square", "self") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.product([x, x])
    },
    .tensor("relu6", "self") { call, context throws(ImportError) in
      try context.clamped(try call.tensor("self"), .number(0), .number(6))
    },
    .tensor("hardtanh", "self min_val max_val") { call, context throws(ImportError) in
      try context.clamped(
        try call.tensor("self"), .number(try call.float("min_val", default: -1)),
        .number(try call.float("max_val", default: 1)))
    },
    .tensor("clamp clip", "self min max") { call, context throws(ImportError) in
      try context.clamped(
        try call.tensor("self"), try call.optionalTensor("min"), try call.optionalTensor("max"))
    },
    .tensor("clamp_min", "self min") { call, context throws(ImportError) in
      try context.clamped(try call.tensor("self"), try call.tensor("min"), nil)
    },
    .tensor("clamp_max", "self max") { call, context throws(ImportError) in
      try context.clamped(try call.tensor("self"), nil, try call.tensor("max"))
    },
    .tensor("leaky_relu", "self negative_slope") { call, context throws(ImportError) in
      let slope = try call.float("negative_slope", default: 0.01)
      return try context.pointwise(.leakyReLU(slope: slope), [try call.tensor("self")])
    },
    .tensor("elu", "self alpha scale input_scale") { call, context throws(ImportError) in
      try context.elu(
        try call.tensor("self"), alpha: try call.float("alpha", default: 1),
        scale: try call.float("scale", default: 1),
        inner: try call.float("input_scale", default: 1))
    },
    .tensor("celu", "self alpha") { call, context throws(ImportError) in
      let alpha = try call.float("alpha", default: 1)
      return try context.elu(try call.tensor("self"), alpha: alpha, scale: 1, inner: 1 / alpha)
    },
    .tensor("expm1", "self") { call, context throws(ImportError) in
      // Below zero an exponential linear unit is the same, and exact where the result is small.
      let x = try context.floating(try call.tensor("self"))
      let positive = try context.pointwise(.relu, [x])
      let growth = try context.difference([
        try context.pointwise(.exponential, [positive]), .number(1),
      ])
      let negative = try context.pointwise(.minimum, [x, .number(0)])
      return try context.sum([growth, try context.pointwise(.elu(alpha: 1), [negative])])
    },
    .tensor("exp2 special_exp2", "self") { call, context throws(ImportError) in
      let x = try context.floating(try call.tensor("self"))
      let scaled = try context.product([x, .number(0.693_147_18)])
      return try context.pointwise(.exponential, [scaled])
    },
    .tensor("log_sigmoid", "self") { call, context throws(ImportError) in
      let opposite = try context.pointwise(.negate, [try call.tensor("self")])
      return try context.pointwise(.negate, [try context.pointwise(.softplus, [opposite])])
    },
    .tensor("threshold", "self threshold value") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let limit = ImportValue.number(try call.float("threshold"))
      let isAbove = try context.binary(.less, .less, limit, x)
      return try context.choose(isAbove, x, .number(try call.float("value")))
    },
    .tensor("prelu _prelu_kernel", "self weight") { call, context throws(ImportError) in
      let (x, slope) = (try call.tensor("self"), try call.tensor("weight"))
      guard slope.rank == 1, x.rank >= 2 else { return try context.parametricReLU(x, slope) }
      let shape = [slope.shape[0]] + [Dimension](repeating: 1, count: x.rank - 2)
      return try context.parametricReLU(x, context.reshaped(slope, shape))
    },
    .tensor("softplus", "self beta threshold") { call, context throws(ImportError) in
      let (x, beta) = (try call.tensor("self"), try call.float("beta", default: 1))
      if beta == 1 { return try context.pointwise(.softplus, [x]) }
      let scaled = try context.pointwise(.multiply, [x, .number(beta)])
      return try context.pointwise(
        .divide, [try context.pointwise(.softplus, [scaled]), .number(beta)])
    },
    .tensor("gelu", "self approximate") { call, context throws(ImportError) in
      let way = try call.text("approximate", default: "none")
      return try context.gelu(try call.tensor("self"), isTanh: way == "tanh")
    },
    .tensor("glu", "self dim") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axis = try call.axis("dim", of: x.rank, default: -1)
      let half = x.shape[axis].scaled(over: 2)
      let parts = try [Dimension(0), half].map { start throws(ImportError) in
        try context.slice(x, [Slice.Cut(axis: axis, start: start, extent: half)])
      }
      return try context.product([parts[0], try context.pointwise(.sigmoid, [parts[1]])])
    },
    .tensor("log1p", "self") { call, context throws(ImportError) in
      let more = try context.sum([try context.floating(try call.tensor("self")), .number(1)])
      return try context.standard("Log", [more])
    },
  ]

  private static func unary(_ ops: String, _ standard: String) -> ATenMapping {
    ATenMapping(ops, "self") { call, context throws(ImportError) in
      try context.standard(standard, [try call.tensor("self")]).like(try call.argument("self"))
    }
  }

  private static func logarithm(_ op: String, base: Float) -> ATenMapping {
    .tensor(op, "self") { call, context throws(ImportError) in
      let x = try context.floating(try call.tensor("self"))
      let natural = try context.standard("Log", [x])
      return try context.quotient([natural, try context.standard("Log", [.number(base)])])
    }
  }

  /// A function of real numbers, which PyTorch computes of whole ones as of floats.
  private static func real(_ ops: String, _ standard: String) -> ATenMapping {
    ATenMapping(ops, "self") { call, context throws(ImportError) in
      try context.standard(standard, [try context.floating(try call.tensor("self"))])
        .like(try call.argument("self"))
    }
  }
}

extension ImportContext {
  /// The value between limits, either of which may be absent.
  fileprivate mutating func clamped(
    _ x: ImportValue, _ low: ImportValue?, _ high: ImportValue?
  ) throws(ImportError) -> ImportValue {
    var (x, low, high) = (x, low, high)
    // A limit that is a float makes the result one.
    if [low, high].contains(where: { $0?.element.isFloat == true }) { x = try floating(x) }
    if x.element.isFloat {
      low = try low.map { low throws(ImportError) in try floating(low) }
      high = try high.map { high throws(ImportError) in try floating(high) }
    }
    if let low {
      if low.host?.uniform == 0, high == nil, x.host == nil, try broadcast([x, low]) == x.shape {
        return try pointwise(.relu, [x])
      }
      x = try binary(.maximum, .maximum, x, low)
    }
    if let high { x = try binary(.minimum, .minimum, x, high) }
    return x
  }
}

extension ImportValue {
  /// The result of a function of numbers is a number.
  func like(_ arguments: ATenValue...) -> ATenValue {
    let areScalars = arguments.allSatisfy { if case .scalar = $0 { true } else { false } }
    if areScalars, let host { return .scalar(host) }
    return .tensor(self)
  }
}
