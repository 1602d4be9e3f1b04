internal import GraphIR

extension ATenMapping {
  /// Arithmetic on two tensors, or numbers, with broadcasting.
  static let elementwise: [ATenMapping] = [
    arithmetic("add", "self other alpha") { call, context, a, b throws(ImportError) in
      // The sum of truths is whether one holds.
      if a.element == .bool, b.element == .bool {
        return try context.binary(.maximum, .maximum, a, b)
      }
      return try context.sum([a, try context.scaled(b, call)])
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
    arithmetic("pow", "self exponent") { call, context, a, b throws(ImportError) in
      // Below zero, exponents make whole numbers zero.
      let isWhole = !a.element.isFloat && (a.host == nil || b.host == nil)
      guard !isWhole || b.host?.smallest.map({ $0 >= 0 }) == true else {
        throw call.unsupported("a power of a whole number that may be less than 1")
      }
      return try context.power([a, b])
    },
    arithmetic("maximum max_other sym_max", "self other") { _, context, a, b throws(ImportError) in
      try context.binary(.maximum, .maximum, a, b)
    },
    arithmetic("minimum min_other sym_min", "self other") { _, context, a, b throws(ImportError) in
      try context.binary(.minimum, .minimum, a, b)
    },
    .tensor("addcmul", "self tensor1 tensor2 value") { call, context throws(ImportError) in
      let values = try context.agreed([
        try call.tensor("self"), try call.tensor("tensor1"), try call.tensor("tensor2"),
      ])
      let product = try context.product([values[1], values[2]])
      let factor = ImportValue.number(try call.float("value", default: 1))
      let scaled = try context.product([product, try context.cast(factor, to: product.element)])
      return try context.sum([values[0], scaled])
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
