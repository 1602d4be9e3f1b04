internal import GraphIR

extension ATenMapping {
  /// Arithmetic on two tensors, or numbers, with broadcasting.
  static let elementwise: [ATenMapping] = [
    arithmetic("add", "self other alpha") { call, context, a, b throws(ImportError) in
      try context.sum([a, try context.scaled(b, call)])
    },
    arithmetic("sub subtract", "self other alpha") { call, context, a, b throws(ImportError) in
      try context.difference([a, try context.scaled(b, call)])
    },
    arithmetic("rsub", "self other alpha") { call, context, a, b throws(ImportError) in
      try context.difference([b, try context.scaled(a, call)])
    },
    arithmetic("mul multiply", "self other") { _, context, a, b throws(ImportError) in
      try context.product([a, b])
    },
    arithmetic("div divide true_divide truediv", "self other rounding_mode") {
      call, context, a, b throws(ImportError) in
      switch try call.text("rounding_mode", default: "") {
      case "": try context.quotient([try context.floating(a), try context.floating(b)])
      case "floor": try context.flooredQuotient(a, b)
      default:
        try context.truncated(
          try context.quotient([try context.floating(a), try context.floating(b)]))
      }
    },
    arithmetic("floor_divide floordiv", "self other") { _, context, a, b throws(ImportError) in
      try context.flooredQuotient(a, b)
    },
    arithmetic("remainder mod", "self other") { _, context, a, b throws(ImportError) in
      try context.modulo([a, b], keepsSign: false)
    },
    arithmetic("fmod", "self other") { _, context, a, b throws(ImportError) in
      try context.modulo([a, b], keepsSign: true)
    },
    arithmetic("pow", "self exponent") { _, context, a, b throws(ImportError) in
      try context.power([a, b])
    },
    arithmetic("maximum max_other sym_max", "self other") { _, context, a, b throws(ImportError) in
      try context.binary(.maximum, .maximum, a, b)
    },
    arithmetic("minimum min_other sym_min", "self other") { _, context, a, b throws(ImportError) in
      try context.binary(.minimum, .minimum, a, b)
    },
    .tensor("addcmul", "self tensor1 tensor2 value") { call, context throws(ImportError) in
      let product = try context.product([
        try call.tensor("tensor1"), try call.tensor("tensor2"),
      ])
      let scaled = try context.product([product, .number(try call.float("value", default: 1))])
      return try context.sum([try call.tensor("self"), scaled])
    },
    .tensor("addcdiv", "self tensor1 tensor2 value") { call, context throws(ImportError) in
      let quotient = try context.quotient([
        try call.tensor("tensor1"), try call.tensor("tensor2"),
      ])
      let scaled = try context.product([quotient, .number(try call.float("value", default: 1))])
      return try context.sum([try call.tensor("self"), scaled])
    },
    .tensor("lerp", "self end weight") { call, context throws(ImportError) in
      let start = try call.tensor("self")
      let way = try context.difference([try call.tensor("end"), start])
      return try context.sum([start, try context.product([way, try call.tensor("weight")])])
    },
  ]

  typealias Arithmetic =
    @Sendable (ATenCall, inout ImportContext, ImportValue, ImportValue)
    throws(ImportError) -> ImportValue

  /// A function of the first two parameters, whose types are made to agree.
  static func arithmetic(_ ops: String, _ parameters: String, _ body: @escaping Arithmetic)
    -> ATenMapping
  {
    let names = parameters.split(separator: " ").map(String.init)
    return ATenMapping(ops, parameters) { call, context throws(ImportError) in
      let (a, b) = (try call.argument(names[0]), try call.argument(names[1]))
      let (x, y) = try context.promoted(
        try call.tensor(names[0]), try call.tensor(names[1]), a, b)
      return try body(call, &context, x, y).like(a, b)
    }
  }
}

extension ImportContext {
  /// Whole numbers become floats where they meet floats; a number of Python takes the type of the
  /// tensor that it meets.
  fileprivate mutating func promoted(
    _ x: ImportValue, _ y: ImportValue, _ a: ATenValue, _ b: ATenValue
  ) throws(ImportError) -> (ImportValue, ImportValue) {
    if x.element.isFloat == y.element.isFloat {
      return (x.element == y.element) ? (x, y) : (try settled(x, a, y), try settled(y, b, x))
    }
    return (try floating(x), try floating(y))
  }

  /// A number, of Python or as a tensor without axes, as the type of another operand of its kind.
  private mutating func settled(_ x: ImportValue, _ a: ATenValue, _ other: ImportValue)
    throws(ImportError) -> ImportValue
  {
    var isNumber = x.rank == 0 && other.rank > 0
    if case .scalar = a { isNumber = true }
    return isNumber && other.element != .bool ? try cast(x, to: other.element) : x
  }

  mutating func floating(_ x: ImportValue) throws(ImportError) -> ImportValue {
    x.element.isFloat ? x : try cast(x, to: .float32)
  }

  /// The operand times `alpha`.
  fileprivate mutating func scaled(_ x: ImportValue, _ call: ATenCall) throws(ImportError)
    -> ImportValue
  {
    guard let alpha = call["alpha"]?.number, alpha.uniform != 1 else { return x }
    let factor = try alpha.cast(to: x.element)
    return try product([x, .host(factor)])
  }

  /// The quotient rounded down.
  mutating func flooredQuotient(_ a: ImportValue, _ b: ImportValue) throws(ImportError)
    -> ImportValue
  {
    if !a.element.isFloat, a.host != nil, b.host != nil {
      let rest = try modulo([a, b], keepsSign: false)
      return try quotient([try difference([a, rest]), b])
    }
    let exact = try quotient([try floating(a), try floating(b)])
    return try standard("Floor", [exact]).labelled(a.element)
  }
}
