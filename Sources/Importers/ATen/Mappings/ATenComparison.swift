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
    comparison("logical_and bitwise_and __and__ and_") { context, a, b throws(ImportError) in
      try context.binary(.minimum, .minimum, a, b)
    },
    comparison("logical_or bitwise_or __or__ or_") { context, a, b throws(ImportError) in
      try context.binary(.maximum, .maximum, a, b)
    },
    ATenMapping("logical_not bitwise_not __not__ not_", "self") {
      call, context throws(ImportError) in
      try context.not(try call.tensor("self")).labelled(.bool).like(try call.argument("self"))
    },
    .tensor("where", "condition self other") { call, context throws(ImportError) in
      try context.choose(
        try call.tensor("condition"), try call.tensor("self"), try call.tensor("other"))
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
