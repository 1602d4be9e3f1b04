internal import GraphIR

extension ATenMapping {
  /// Comparisons and logic; true is 1 and false is 0.
  static let comparison: [ATenMapping] = [
    comparison("lt less") { context, a, b throws(ImportError) in
      try context.binary(.less, .less, a, b)
    },
    comparison("le less_equal") { context, a, b throws(ImportError) in
      try context.binary(.lessOrEqual, .lessOrEqual, a, b)
    },
    comparison("gt greater") { context, a, b throws(ImportError) in
      try context.binary(.less, .less, b, a)
    },
    comparison("ge greater_equal") { context, a, b throws(ImportError) in
      try context.binary(.lessOrEqual, .lessOrEqual, b, a)
    },
    equality("eq", isEqual: true), equality("ne not_equal", isEqual: false),
    logic("logical_and") { context, a, b throws(ImportError) in
      try context.binary(.minimum, .minimum, a, b)
    },
    logic("logical_or") { context, a, b throws(ImportError) in
      try context.binary(.maximum, .maximum, a, b)
    },
    logic("logical_xor") { context, a, b throws(ImportError) in
      try context.not(try context.binary(.equal, .equal, a, b))
    },
    ofTruths("bitwise_and __and__ and_", as: "logical_and"),
    ofTruths("bitwise_or __or__ or_", as: "logical_or"),
    ofTruths("bitwise_xor __xor__", as: "logical_xor"),
    ofTruths("bitwise_not", as: "logical_not"),
    ATenMapping("logical_not __not__ not_", "self") { call, context throws(ImportError) in
      let truth = try context.cast(try call.tensor("self"), to: .bool)
      return try context.not(truth).labelled(.bool).like(try call.argument("self"))
    },
    .tensor("isnan", "self") { call, context throws(ImportError) in
      try context.standard("IsNaN", [try call.tensor("self")])
    },
    .tensor("isinf", "self") { call, context throws(ImportError) in
      let size = try context.pointwise(
        .absolute, [try context.floating(try call.tensor("self"))])
      return try context.binary(.equal, .equal, size, .number(.infinity)).labelled(.bool)
    },
    .tensor("where", "condition self other") { call, context throws(ImportError) in
      let (a, b) = try context.promoted(
        try call.tensor("self"), try call.tensor("other"), try call.argument("self"),
        try call.argument("other"))
      return try context.choose(try call.tensor("condition"), a, b)
    },
    .tensor("masked_fill", "self mask value") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let value = try context.cast(try call.tensor("value"), to: x.element)
      return try context.choose(try call.tensor("mask"), value, x).labelled(x.element)
    },
  ]

  private static func comparison(
    _ ops: String,
    _ body:
      @escaping @Sendable (inout ImportContext, ImportValue, ImportValue)
      throws(ImportError) -> ImportValue
  ) -> ATenMapping {
    arithmetic(ops, "self other") { _, context, a, b throws(ImportError) in
      try body(&context, a, b).labelled(.bool)
    }
  }

  /// Logic takes every number but zero for true.
  private static func logic(
    _ ops: String,
    _ body:
      @escaping @Sendable (inout ImportContext, ImportValue, ImportValue)
      throws(ImportError) -> ImportValue
  ) -> ATenMapping {
    ATenMapping(ops, "self other") { call, context throws(ImportError) in
      let a = try context.cast(try call.tensor("self"), to: .bool)
      let b = try context.cast(try call.tensor("other"), to: .bool)
      return try body(&context, a, b).labelled(.bool)
        .like(try call.argument("self"), try call.argument("other"))
    }
  }

  /// Operations on bits are known for truths, which have one.
  private static func ofTruths(_ ops: String, as logical: String) -> ATenMapping {
    ATenMapping(ops, "self other") { call, context throws(ImportError) in
      var operands: [ATenValue] = []
      for name in ["self", "other"] where call[name] != nil {
        guard try call.tensor(name).element == .bool else {
          throw call.unsupported("arithmetic on bits of numbers")
        }
        operands.append(try call.argument(name))
      }
      return try evaluate(logical, operands, [:], &context)
    }
  }

  /// Texts are compared as well: modes are.
  private static func equality(_ ops: String, isEqual: Bool) -> ATenMapping {
    let numbers = comparison(ops) { context, a, b throws(ImportError) in
      let equal = try context.binary(.equal, .equal, a, b)
      return isEqual ? equal : try context.not(equal)
    }
    return ATenMapping(ops, "self other") { call, context throws(ImportError) in
      if let result = call["self"].flatMap({ a in call["other"].flatMap(a.plainlyEquals) }) {
        return .bool(result == isEqual)
      }
      return try numbers.map(call, &context)
    }
  }
}

extension ATenValue {
  /// Whether texts, or lists of numbers, are equal; nil for what is compared element by element.
  fileprivate func plainlyEquals(_ other: ATenValue) -> Bool? {
    switch (self, other) {
    case (.text(let a), .text(let b)): return a == b
    case (.list(let a), .list(let b)):
      guard a.count == b.count else { return false }
      let pairs = zip(a, b).map { x, y -> Bool? in
        if let x = x.number, let y = y.number { return x.elements == y.elements }
        return x.plainlyEquals(y)
      }
      return pairs.contains(nil) ? nil : pairs.allSatisfy { $0 == true }
    default: return nil
    }
  }
}
