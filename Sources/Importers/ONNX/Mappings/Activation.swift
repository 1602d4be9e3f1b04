internal import GraphIR

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension ONNXMapping {
  /// Functions of one tensor.
  static let activation: [ONNXMapping] = [
    unary("Relu", .relu, integers: { max($0, 0) }) { max($0, 0) },
    unary("Sigmoid", .sigmoid) { 1 / (1 + exp(-$0)) },
    unary("Tanh", .tanh) { tanh($0) },
    unary("Softplus", .softplus) { log1p(exp(-abs($0))) + max($0, 0) },
    unary("Erf", since: 9, .errorFunction) { erf($0) },
    unary("Exp", .exponential) { exp($0) },
    unary("Log", .logarithm) { log($0) },
    unary("Sqrt", .squareRoot) { $0.squareRoot() },
    unary("Reciprocal", .reciprocal) { 1 / $0 },
    unary("Sin", since: 7, .sine) { sin($0) },
    unary("Cos", since: 7, .cosine) { cos($0) },
    unary("Neg", .negate, symbols: { SymbolicNumber(0) - $0 }, integers: { 0 &- $0 }) { -$0 },
    unary("Abs", .absolute, integers: { Int(exactly: $0.magnitude) }) { abs($0) },
    unary("Sign", since: 9, .sign, integers: { $0.signum() }) {
      $0 > 0 ? 1 : $0 < 0 ? -1 : $0
    },
    unary("Floor", .floor, symbols: \.floor) { $0.rounded(.down) },
    unary("Ceil", .ceil, symbols: \.ceiling) { $0.rounded(.up) },
    unary("Round", since: 11, .round) { $0.rounded(.toNearestOrEven) },
    ONNXMapping("LeakyRelu") { call, context throws(ImportError) in
      let slope = try call.float("alpha", default: 0.01)
      return try [context.pointwise(.leakyReLU(slope: slope), [try call.input(0)])]
    },
    ONNXMapping("Elu") { call, context throws(ImportError) in
      let alpha = try call.float("alpha", default: 1)
      return try [context.pointwise(.elu(alpha: alpha), [try call.input(0)])]
    },
    ONNXMapping("Celu", since: 12) { call, context throws(ImportError) in
      let alpha = try call.float("alpha", default: 1)
      guard alpha > 0, (1 / alpha).isFinite else {
        throw call.unsupported("a CELU with an alpha of \(alpha)")
      }
      return try [context.elu(try call.input(0), alpha: alpha, scale: 1, inner: 1 / alpha)]
    },
    ONNXMapping("HardSigmoid") { call, context throws(ImportError) in
      let alpha = try call.float("alpha", default: 0.2)
      let beta = try call.float("beta", default: 0.5)
      return try [
        context.pointwise(.hardSigmoid(alpha: alpha, beta: beta), [try call.input(0)])
      ]
    },
    ONNXMapping("HardSwish", since: 14) { call, context throws(ImportError) in
      let x = try call.input(0)
      let gate = try context.pointwise(.hardSigmoid(alpha: 1 / 6, beta: 0.5), [x])
      return try [context.pointwise(.multiply, [x, gate])]
    },
    ONNXMapping("Mish", since: 18) { call, context throws(ImportError) in
      let x = try call.input(0)
      // tanh(log(1 + e)) = n / (n + 2) with n = e · (e + 2), which is exact where e is small; from
      // 20 on, n only needs to be large.
      let limited = try context.pointwise(.minimum, [x, .number(20)])
      let power = try context.pointwise(.exponential, [limited])
      let more = try context.pointwise(.add, [power, .number(2)])
      let n = try context.pointwise(.multiply, [power, more])
      let gate = try context.pointwise(
        .divide, [n, try context.pointwise(.add, [n, .number(2)])])
      return try [context.pointwise(.multiply, [x, gate])]
    },
    ONNXMapping("Swish", since: 24) { call, context throws(ImportError) in
      let x = try call.input(0)
      let alpha = try call.float("alpha", default: 1)
      let scaled = alpha == 1 ? x : try context.pointwise(.multiply, [x, .number(alpha)])
      let gate = try context.pointwise(.sigmoid, [scaled])
      return try [context.pointwise(.multiply, [x, gate])]
    },
    ONNXMapping("Gelu", since: 20) { call, context throws(ImportError) in
      let approximation = try call.text("approximate", default: "none")
      return try [context.gelu(try call.input(0), isTanh: approximation == "tanh")]
    },
    ONNXMapping("Selu") { call, context throws(ImportError) in
      let alpha = try call.float("alpha", default: 1.67326319)
      let gamma = try call.float("gamma", default: 1.05070102)
      let x = try context.pointwise(.elu(alpha: alpha), [try call.input(0)])
      return try [context.pointwise(.multiply, [x, .number(gamma)])]
    },
    ONNXMapping("Softsign") { call, context throws(ImportError) in
      let x = try call.input(0)
      let size = try context.pointwise(.add, [try context.pointwise(.absolute, [x]), .number(1)])
      return try [context.pointwise(.divide, [x, size])]
    },
    ONNXMapping("PRelu") { call, context throws(ImportError) in
      let (x, slope) = (try call.input(0), try call.input(1))
      guard call.opset < 7, slope.rank == 1, x.rank > 1 else {
        return try [context.parametricReLU(x, slope)]
      }
      // At first a list was meant for the channels.
      let shape = [slope.shape[0]] + [Dimension](repeating: 1, count: x.rank - 2)
      return try [context.parametricReLU(x, context.reshaped(slope, shape))]
    },
    ONNXMapping("Clip") { call, context throws(ImportError) in
      try [context.clip(call)]
    },
    ONNXMapping("Dropout", remark: "inference only") { call, context throws(ImportError) in
      if let training = try call.constant(2, "the training mode"), training.uniform != 0,
        try call.constant(1, "the ratio")?.uniform != 0
      {
        throw call.unsupported("dropout while training")
      }
      let x = try call.input(0)
      return [x, .host(HostTensor(.bool, fill: 1, x.shape))]
    },
  ]

  private static func unary(
    _ op: String, since first: Int = 1, _ function: PointwiseFunction,
    symbols: @escaping @Sendable (SymbolicNumber) -> SymbolicNumber? = { _ in nil },
    integers: @escaping @Sendable (Int) -> Int? = { $0 },
    _ floats: @escaping @Sendable (Float) -> Float
  ) -> ONNXMapping {
    ONNXMapping(op, since: first) { call, context throws(ImportError) in
      let x = try call.input(0)
      if let host = x.host,
        let known = try context.known({ () throws(ImportError) in
          try host.mapped(integers: integers, floats: floats, symbols: symbols)
        })
      {
        return [.host(known)]
      }
      return try [context.pointwise(function, [x])]
    }
  }
}

extension ImportContext {
  /// `x/2 · (1 + erf(x/√2))`, or its approximation by a hyperbolic tangent.
  mutating func gelu(_ x: ImportValue, isTanh: Bool) throws(ImportError) -> ImportValue {
    var inner: ImportValue
    if isTanh {
      let square = try pointwise(.multiply, [x, x])
      let cube = try pointwise(.multiply, [square, x])
      let sum = try pointwise(.add, [x, try pointwise(.multiply, [cube, .number(0.044715)])])
      inner = try pointwise(.multiply, [sum, .number(0.797_884_56)])
      inner = try pointwise(.tanh, [inner])
    } else {
      inner = try pointwise(.multiply, [x, .number(0.707_106_77)])
      inner = try pointwise(.errorFunction, [inner])
    }
    let gate = try pointwise(.add, [inner, .number(1)])
    return try pointwise(.multiply, [try pointwise(.multiply, [x, .number(0.5)]), gate])
  }

  /// `scale · x` where positive, `scale · alpha · (exp(inner · x) − 1)` elsewhere.
  mutating func elu(_ x: ImportValue, alpha: Float, scale: Float, inner: Float)
    throws(ImportError) -> ImportValue
  {
    var result: ImportValue
    if inner == 1 {
      result = try pointwise(.elu(alpha: alpha), [x])
    } else {
      let negative = try pointwise(.minimum, [x, .number(0)])
      let scaled = try pointwise(.multiply, [negative, .number(inner)])
      result = try pointwise(
        .add, [try pointwise(.relu, [x]), try pointwise(.elu(alpha: alpha), [scaled])])
    }
    return scale == 1 ? result : try pointwise(.multiply, [result, .number(scale)])
  }

  /// `x` where positive, `slope · x` elsewhere, with a slope for each channel or element.
  mutating func parametricReLU(_ x: ImportValue, _ slope: ImportValue)
    throws(ImportError) -> ImportValue
  {
    if let number = slope.host?.uniform {
      return try pointwise(.leakyReLU(slope: Float(number)), [x])
    }
    let positive = try pointwise(.relu, [x])
    let rest = try pointwise(.subtract, [x, positive])
    return try pointwise(.add, [positive, try pointwise(.multiply, [rest, slope])])
  }

  /// Limits are attributes before opset 11 and inputs, either of which may be absent, from then on.
  fileprivate mutating func clip(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    var x = try call.input(0)
    var low = call.optional(1)
    var high = call.optional(2)
    if call.has("min") { low = .number(try call.float("min")) }
    if call.has("max") { high = .number(try call.float("max")) }
    if let low { x = try binary(.maximum, .maximum, x, low) }
    if let high { x = try binary(.minimum, .minimum, x, high) }
    return x
  }
}
