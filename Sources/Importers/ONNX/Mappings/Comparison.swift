internal import GraphIR

extension ONNXMapping {
  /// Comparisons and logic; true is 1 and false is 0.
  static let comparison: [ONNXMapping] = [
    predicate("Less") { context, a, b throws(ImportError) in
      try context.binary(.less, .less, a, b)
    },
    predicate("LessOrEqual", since: 12) { context, a, b throws(ImportError) in
      try context.binary(.lessOrEqual, .lessOrEqual, a, b)
    },
    predicate("Greater") { context, a, b throws(ImportError) in
      try context.binary(.less, .less, b, a)
    },
    predicate("GreaterOrEqual", since: 12) { context, a, b throws(ImportError) in
      try context.binary(.lessOrEqual, .lessOrEqual, b, a)
    },
    predicate("Equal") { context, a, b throws(ImportError) in
      try context.binary(.equal, .equal, a, b)
    },
    predicate("And") { context, a, b throws(ImportError) in
      try context.binary(.minimum, .minimum, a, b)
    },
    predicate("Or") { context, a, b throws(ImportError) in
      try context.binary(.maximum, .maximum, a, b)
    },
    predicate("Xor") { context, a, b throws(ImportError) in
      try context.not(context.binary(.equal, .equal, a, b))
    },
    ONNXMapping("Not") { call, context throws(ImportError) in
      let x = try call.input(0)
      guard x.element == .bool else { throw call.invalid("its operand is not of the type bool") }
      return try [context.not(x)]
    },
    ONNXMapping("IsNaN", since: 9) { call, context throws(ImportError) in
      let x = try call.input(0)
      return try [context.not(context.binary(.equal, .equal, x, x)).labelled(.bool)]
    },
    ONNXMapping("Where", since: 9) { call, context throws(ImportError) in
      try [context.choose(call.input(0), call.input(1), call.input(2))]
    },
  ]

  private static func predicate(
    _ op: String, since first: Int = 1,
    _ body:
      @escaping @Sendable (inout ImportContext, ImportValue, ImportValue)
      throws(ImportError) -> ImportValue
  ) -> ONNXMapping {
    ONNXMapping(op, since: first) { call, context throws(ImportError) in
      let values = try call.broadcastInputs()
      return [try body(&context, values[0], values[1]).labelled(.bool)]
    }
  }
}

extension ImportContext {
  mutating func not(_ x: ImportValue) throws(ImportError) -> ImportValue {
    if let host = x.host { return .host(try host.mapped(integers: { 1 - $0 }, floats: { 1 - $0 })) }
    return try pointwise(.subtract, [.number(1), x], as: .bool)
  }

  /// `a` where `mask` is not zero, `b` elsewhere.
  mutating func choose(_ mask: ImportValue, _ a: ImportValue, _ b: ImportValue)
    throws(ImportError) -> ImportValue
  {
    if let mask = mask.host {
      let shape = try broadcast([.host(mask), a, b])
      if let number = mask.uniform {
        let chosen = number != 0 ? a : b
        if chosen.shape == shape { return chosen }
      }
      if let a = a.host, let b = b.host { return .host(try HostTensor.chosen(mask, a, b)) }
    }
    return try pointwise(.select, [mask, a, b], as: a.element)
  }
}

extension HostTensor {
  /// Elements of `a` where `mask` is not zero, of `b` elsewhere.
  fileprivate static func chosen(_ mask: HostTensor, _ a: HostTensor, _ b: HostTensor)
    throws(ImportError) -> HostTensor
  {
    let shape = try broadcastShape([mask, a, b])
    let flags = try mask.broadcast(to: shape).integers("the condition")
    let parts = [try a.broadcast(to: shape), try b.broadcast(to: shape)]
    let all = try interleaved(
      parts, runs: parts.map { _ in flags.count }, shape: [2 * flags.count])
    return try all.picked(
      flags.indices.map { flags[$0] != 0 ? $0 : $0 + flags.count }, shape: shape)
  }
}
