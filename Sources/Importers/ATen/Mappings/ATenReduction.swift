internal import GraphIR

extension ATenMapping {
  /// Operations that combine the elements of some axes.
  static let reduction: [ATenMapping] = [
    reduce("mean", .mean, "self dim keepdim dtype"), reduce("sum", .sum, "self dim keepdim dtype"),
    reduce("amax", .maximum, "self dim keepdim"), reduce("amin", .minimum, "self dim keepdim"),
    reduce("prod", .product, "self dim keepdim dtype"), extreme("max", .maximum),
    extreme("min", .minimum), truth("any", .maximum), truth("all", .minimum),
    .tensor("var", "self dim correction keepdim unbiased") { call, context throws(ImportError) in
      try context.variance(call)
    },
    .tensor("std", "self dim correction keepdim unbiased") { call, context throws(ImportError) in
      try context.pointwise(.squareRoot, [try context.variance(call)])
    },
    ATenMapping("var_mean", "self dim correction keepdim unbiased") {
      call, context throws(ImportError) in
      .tensors([try context.variance(call), try context.varianceMean(call)])
    },
    ATenMapping("std_mean", "self dim correction keepdim unbiased") {
      call, context throws(ImportError) in
      let deviation = try context.pointwise(.squareRoot, [try context.variance(call)])
      return .tensors([deviation, try context.varianceMean(call)])
    },
    ATenMapping("aminmax", "self dim keepdim") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axes = try call.axes("dim", of: x.rank)
      var results: [ImportValue] = []
      for kind in [Reduce.Kind.minimum, .maximum] {
        results.append(
          try context.reduce(kind, x, axes, keepsDimensions: try call.flag("keepdim")))
      }
      return .tensors(results)
    },
    .tensor("count_nonzero", "self dim") { call, context throws(ImportError) in
      try context.reducedTruths(call, .sum).labelled(.int64)
    },
    .tensor("linalg_vector_norm", "self ord dim keepdim dtype") {
      call, context throws(ImportError) in
      try context.norm(call, order: "ord")
    },
    .tensor("norm", "self p dim keepdim dtype") { call, context throws(ImportError) in
      try context.norm(call, order: "p")
    },
    .tensor("logsumexp", "self dim keepdim") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axes = ImportValue.host(HostTensor(list: try call.axes("dim", of: x.rank)))
      return try context.standard(
        "ReduceLogSumExp", [x, axes], ["keepdims": .flag(try call.flag("keepdim"))])
    },
    .tensor("cumsum", "self dim dtype") { call, context throws(ImportError) in
      let x = try context.floating(try call.tensor("self"))
      let axis = ImportValue.host(HostTensor(list: [try call.axis("dim", of: x.rank)]))
      return try context.standard("CumSum", [x, axis])
    },
    place("argmax", "ArgMax"), place("argmin", "ArgMin"),
    ATenMapping("topk", "self k dim largest sorted") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.ordered(
        x, try call.axis("dim", of: x.rank, default: -1), try call.integer("k"),
        largestFirst: try call.flag("largest", default: true))
    },
    ATenMapping("sort", "self dim descending stable") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axis = try call.axis("dim", of: x.rank, default: -1)
      guard let count = x.shape[axis].fixedValue else {
        throw ImportError(.onnx(.needsConstant(what: "how many are sorted")))
      }
      return try context.ordered(
        x, axis, count, largestFirst: try call.flag("descending"))
    },
    softmax("softmax _softmax", "Softmax"), softmax("log_softmax _log_softmax", "LogSoftmax"),
  ]

  private static func reduce(_ op: String, _ kind: Reduce.Kind, _ parameters: String)
    -> ATenMapping
  {
    .tensor(op, parameters) { call, context throws(ImportError) in
      let x = try context.floating(try call.tensor("self"))
      let axes = try call.axes("dim", of: x.rank)
      return try context.reduce(
        kind, x, axes, keepsDimensions: try call.flag("keepdim"))
    }
  }

  /// Whether any or all elements are something else than zero.
  private static func truth(_ op: String, _ kind: Reduce.Kind) -> ATenMapping {
    .tensor(op, "self dim keepdim") { call, context throws(ImportError) in
      try context.cast(try context.reducedTruths(call, kind), to: .bool)
    }
  }

  /// Of all elements, of an axis with the places, of two tensors or of a list of numbers.
  private static func extreme(_ op: String, _ kind: Reduce.Kind) -> ATenMapping {
    ATenMapping(op, "self dim keepdim other") { call, context throws(ImportError) in
      if let other = call["other"] ?? call["dim"], case .tensor = other {
        return try evaluate(op + "_other", [try call.argument("self"), other], [:], &context)
      }
      if case .list(let numbers)? = call["self"], let first = numbers.first {
        var extreme = first
        for number in numbers.dropFirst() {
          extreme = try evaluate(op + "_other", [extreme, number], [:], &context)
        }
        return extreme
      }
      let x = try call.tensor("self")
      if case .scalar? = call["self"] {
        return try evaluate(
          op + "_other", [try call.argument("self"), try call.argument("dim")], [:], &context)
      }
      let result = try context.reduce(
        kind, x, try call.axes("dim", of: x.rank), keepsDimensions: try call.flag("keepdim"))
      guard let axis = call["dim"] else { return .tensor(result) }
      let places = try evaluate(
        "arg" + op, [try call.argument("self"), axis],
        ["keepdim": .bool(try call.flag("keepdim"))], &context)
      return .list([.tensor(result), places])
    }
  }

  private static func place(_ op: String, _ standard: String) -> ATenMapping {
    .tensor(op, "self dim keepdim") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      guard call["dim"] != nil else { throw call.unsupported("a place among all elements") }
      return try context.standard(
        standard, [x],
        [
          "axis": .integer(try call.axis("dim", of: x.rank)),
          "keepdims": .flag(try call.flag("keepdim")),
        ])
    }
  }

  private static func softmax(_ ops: String, _ standard: String) -> ATenMapping {
    .tensor(ops, "self dim dtype") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axis = try call.axis("dim", of: x.rank)
      return try context.standard(standard, [x], ["axis": .integer(axis)])
    }
  }
}

extension ImportContext {
  /// The first values of an axis in order, and their places.
  fileprivate mutating func ordered(
    _ x: ImportValue, _ axis: Int, _ count: Int, largestFirst: Bool
  ) throws(ImportError) -> ATenValue {
    let op = TopK(axis: axis, k: count, largest: largestFirst)
    let ids = try results(of: .topK(op), [try id(x)])
    return .tensors([value(ids[0], x.element), value(ids[1], .int64)])
  }

  /// Which elements are something else than zero, as the numbers 1 and 0, combined.
  fileprivate mutating func reducedTruths(_ call: ATenCall, _ kind: Reduce.Kind)
    throws(ImportError) -> ImportValue
  {
    let truths = try cast(try call.tensor("self"), to: .bool)
    return try reduce(
      kind, try floating(truths), try call.axes("dim", of: truths.rank),
      keepsDimensions: try call.flag("keepdim"))
  }

  /// The mean of the elements whose variance a call asks for.
  fileprivate mutating func varianceMean(_ call: ATenCall) throws(ImportError) -> ImportValue {
    let x = try call.tensor("self")
    return try reduce(
      .mean, x, try call.varianceAxes(of: x.rank), keepsDimensions: try call.flag("keepdim"))
  }

  fileprivate mutating func variance(_ call: ATenCall) throws(ImportError) -> ImportValue {
    let x = try call.tensor("self")
    let isFlag = call.hasFlagForAxes
    let axes = try call.varianceAxes(of: x.rank)
    let fallback = try call.float("unbiased", default: 1)
    let correction =
      isFlag ? try call.float("dim") : try call.float("correction", default: fallback)
    let mean = try reduce(.mean, x, axes, keepsDimensions: true)
    let centred = try pointwise(.subtract, [x, mean])
    let square = try pointwise(.multiply, [centred, centred])
    let keeps = isFlag ? false : try call.flag("keepdim")
    if correction == 0 { return try reduce(.mean, square, axes, keepsDimensions: keeps) }
    guard let count = Dimension.product(axes.map { x.shape[$0] }).fixedValue else {
      throw call.sizes("the variance of sizes that are not known is corrected")
    }
    let total = try reduce(.sum, square, axes, keepsDimensions: keeps)
    return try pointwise(.multiply, [total, .number(1 / (Float(count) - correction))])
  }

  fileprivate mutating func norm(_ call: ATenCall, order: String) throws(ImportError)
    -> ImportValue
  {
    let x = try call.tensor("self")
    let attributes: [String: ONNXAttribute] = ["keepdims": .flag(try call.flag("keepdim"))]
    let axes = ImportValue.host(HostTensor(list: try call.axes("dim", of: x.rank)))
    switch try call.float(order, default: 2) {
    case 1: return try standard("ReduceL1", [x, axes], attributes)
    case 2: return try standard("ReduceL2", [x, axes], attributes)
    case .infinity:
      let sizes = try pointwise(.absolute, [x])
      return try reduce(
        .maximum, sizes, try call.axes("dim", of: x.rank), keepsDimensions: try call.flag("keepdim")
      )
    case let order where order > 0:
      let powers = try power([try pointwise(.absolute, [x]), .number(order)])
      return try power([try standard("ReduceSum", [powers, axes], attributes), .number(1 / order)])
    case let other: throw call.unsupported("a norm of order \(other)")
    }
  }
}

extension ATenCall {
  /// Early forms say whether to correct by 1, by a flag in the place of the axes.
  fileprivate var hasFlagForAxes: Bool { self["dim"]?.number?.element == .bool }

  /// The axes over which elements vary.
  fileprivate func varianceAxes(of rank: Int) throws(ImportError) -> [Int] {
    hasFlagForAxes ? Array(0..<rank) : try axes("dim", of: rank)
  }
}
