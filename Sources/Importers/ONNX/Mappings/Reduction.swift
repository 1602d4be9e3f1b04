internal import GraphIR

extension ONNXMapping {
  /// Operations that combine the elements of some axes.
  static let reduction: [ONNXMapping] = [
    ONNXMapping("CumSum", since: 11) { call, context throws(ImportError) in
      try [context.cumulativeSum(call)]
    },
    reduce("ReduceSum", .sum), reduce("ReduceMean", .mean), reduce("ReduceMax", .maximum),
    reduce("ReduceMin", .minimum), reduce("ReduceProd", .product),
    reduce(
      "ReduceL1", .sum,
      before: { context, x throws(ImportError) in
        try context.pointwise(.absolute, [x])
      }),
    reduce(
      "ReduceL2", .sum, before: square,
      after: { context, x throws(ImportError) in
        try context.pointwise(.squareRoot, [x])
      }),
    reduce("ReduceSumSquare", .sum, before: square),
    reduce(
      "ReduceLogSum", .sum,
      after: { context, x throws(ImportError) in
        try context.pointwise(.logarithm, [x])
      }),
    ONNXMapping("ReduceLogSumExp") { call, context throws(ImportError) in
      let x = try call.input(0)
      guard let axes = try call.reducedAxes() else { return [x] }
      // The largest element is taken out first, so that nothing overflows.
      let peak = try context.reduce(.maximum, x, axes, keepsDimensions: true)
      let powers = try context.pointwise(
        .exponential, [try context.pointwise(.subtract, [x, peak])])
      let sum = try context.reduce(.sum, powers, axes, keepsDimensions: true)
      let result = try context.pointwise(
        .add, [try context.pointwise(.logarithm, [sum]), peak])
      return try [context.dropping(axes, of: result, unless: call.flag("keepdims", default: true))]
    },
    ONNXMapping("Softmax") { call, context throws(ImportError) in
      try [context.softmax(call, isLogarithm: false)]
    },
    ONNXMapping("LogSoftmax") { call, context throws(ImportError) in
      try [context.softmax(call, isLogarithm: true)]
    },
  ]

  private typealias Step =
    @Sendable (inout ImportContext, ImportValue) throws(ImportError) -> ImportValue

  private static let square: Step = { context, x throws(ImportError) in
    try context.pointwise(.multiply, [x, x])
  }

  private static func reduce(
    _ op: String, _ kind: Reduce.Kind, before: Step? = nil, after: Step? = nil
  ) -> ONNXMapping {
    ONNXMapping(op) { call, context throws(ImportError) in
      var x = try call.input(0)
      if let before { x = try before(&context, x) }
      if let axes = try call.reducedAxes() {
        let keeps = try call.flag("keepdims", default: true)
        x = try context.reduce(kind, x, axes, keepsDimensions: keeps)
      }
      if let after { x = try after(&context, x) }
      return [x]
    }
  }
}

extension ONNXCall {
  /// The axes to reduce: all where none are named, unless the node says that then nothing is done.
  fileprivate func reducedAxes() throws(ImportError) -> [Int]? {
    let rank = try input(0).rank
    let axes = try axes(input: 1, of: rank) ?? []
    if !axes.isEmpty { return axes }
    return try flag("noop_with_empty_axes") ? nil : Array(0..<rank)
  }
}

extension ImportContext {
  /// Sums along an axis, from either end, with the element itself or without it.
  mutating func cumulativeSum(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try call.input(0)
    guard let list = try call.constant(1, "the axis")?.integers("the axis") else {
      throw ImportError(.onnx(.missingInput(1)))
    }
    guard list.count == 1, x.rank > 0 else {
      throw call.invalid("it takes one axis, not \(list.prefix(8))")
    }
    let axis = try ONNXCall.axis(list[0], of: x.rank)
    let extent = x.shape[axis]
    let backwards = Slice.Cut(axis: axis, start: extent - 1, extent: extent, step: -1)
    let isReverse = try call.flag("reverse")
    var elements = isReverse ? try slice(x, [backwards]) : x
    if try call.flag("exclusive") {
      // A zero in front, and the last element is added to none.
      var low = [Dimension](repeating: 0, count: x.rank)
      low[axis] = 1
      elements = try pad(elements, Pad(low: low, high: low.map { 0 - $0 }))
    }
    let op = CumulativeSum(axis: axis)
    let sums = value(try apply(.cumulativeSum(op), [try id(elements)]), x.element)
    return isReverse ? try slice(sums, [backwards]) : sums
  }

  /// Combines the elements of some axes.
  mutating func reduce(
    _ kind: Reduce.Kind, _ x: ImportValue, _ axes: [Int], keepsDimensions: Bool
  ) throws(ImportError) -> ImportValue {
    if axes.isEmpty { return x }
    if let host = x.host, let result = try host.reduced(kind, axes) {
      return dropping(axes, of: .host(result), unless: keepsDimensions)
    }
    let isImageMean = kind == .mean && x.rank == 4 && axes == [2, 3]
    let op: Op =
      isImageMean
      ? .globalAveragePool(GlobalAveragePool())
      : .reduce(Reduce(kind, axes: axes, keepsDimensions: true))
    var result = value(try apply(op, [try id(x)]), x.element)
    if kind == .mean && !x.element.isFloat { result = try truncated(result) }
    return dropping(axes, of: result, unless: keepsDimensions)
  }

  /// The value without some axes of extent 1.
  func dropping(_ axes: [Int], of value: ImportValue, unless keepsDimensions: Bool) -> ImportValue {
    if keepsDimensions { return value }
    let shape = value.shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    return reshaped(value, shape)
  }

  /// Before opset 13, all axes from the one that is named on count as one.
  fileprivate mutating func softmax(_ call: ONNXCall, isLogarithm: Bool)
    throws(ImportError) -> ImportValue
  {
    let x = try call.input(0)
    let axis = try call.axis("axis", of: x.rank, default: call.opset < 13 ? 1 : -1)
    let axes = call.opset < 13 ? Array(axis..<x.rank) : [axis]
    let peak = try reduce(.maximum, x, axes, keepsDimensions: true)
    let shifted = try pointwise(.subtract, [x, peak])
    let powers = try pointwise(.exponential, [shifted])
    let sum = try reduce(.sum, powers, axes, keepsDimensions: true)
    if isLogarithm {
      return try pointwise(.subtract, [shifted, try pointwise(.logarithm, [sum])])
    }
    return try pointwise(.divide, [powers, sum])
  }
}

extension HostTensor {
  /// The elements combined along axes, which stay with an extent of 1; nil for means, and for what
  /// is large.
  fileprivate func reduced(_ kind: Reduce.Kind, _ axes: [Int]) throws(ImportError)
    -> HostTensor?
  {
    guard !element.isFloat || (count ?? .max) <= 64, let shape = fixedShape,
      shape.allSatisfy({ $0 > 0 })
    else { return nil }
    let function: HostFunction
    switch kind {
    case .sum: function = .sum
    case .product: function = .product
    case .maximum: function = .maximum
    case .minimum: function = .minimum
    case .mean: return nil
    }
    var result = self
    for axis in axes {
      let extents = try result.checkedShape()
      var kept = extents
      kept[axis] = 1
      var sum: HostTensor?
      for index in 0..<extents[axis] {
        var start = [Int](repeating: 0, count: extents.count)
        start[axis] = index
        let steps = [Int](repeating: 1, count: extents.count)
        let part = try result.sliced(start, steps, extents: kept)
        if let before = sum { sum = try Self.combined(before, part, function) } else { sum = part }
      }
      if let sum { result = sum }
    }
    return result
  }
}
