internal import GraphIR

extension ONNXMapping {
  /// Arithmetic on two or more tensors with broadcasting.
  static let elementwise: [ONNXMapping] = [
    ONNXMapping("Add") { call, context throws(ImportError) in
      try [context.sum(try call.broadcastInputs())]
    },
    ONNXMapping("Sub") { call, context throws(ImportError) in
      try [context.difference(try call.broadcastInputs())]
    },
    ONNXMapping("Mul") { call, context throws(ImportError) in
      try [context.product(try call.broadcastInputs())]
    },
    ONNXMapping("Div") { call, context throws(ImportError) in
      try [context.quotient(try call.broadcastInputs())]
    },
    ONNXMapping("Pow") { call, context throws(ImportError) in
      try [context.power(try call.broadcastInputs())]
    },
    ONNXMapping("Mod", since: 10) { call, context throws(ImportError) in
      try [context.modulo(try call.broadcastInputs(), keepsSign: try call.flag("fmod"))]
    },
    variadic("Min") { context, a, b throws(ImportError) in
      try context.binary(.minimum, HostFunction.minimum, a, b)
    },
    variadic("Max") { context, a, b throws(ImportError) in
      try context.binary(.maximum, HostFunction.maximum, a, b)
    },
    variadic("Sum") { context, a, b throws(ImportError) in try context.sum([a, b]) },
    ONNXMapping("Mean") { call, context throws(ImportError) in
      let values = try call.allInputs()
      var total = values[0]
      for value in values.dropFirst() { total = try context.sum([total, value]) }
      let count = HostTensor(total.element, [], .floats([Float(values.count)]))
      return try [context.quotient([total, .host(count)])]
    },
  ]

  private static func variadic(
    _ op: String,
    _ combine:
      @escaping @Sendable (inout ImportContext, ImportValue, ImportValue)
      throws(ImportError) -> ImportValue
  ) -> ONNXMapping {
    ONNXMapping(op) { call, context throws(ImportError) in
      let values = try call.allInputs()
      var result = values[0]
      for value in values.dropFirst() { result = try combine(&context, result, value) }
      return [result]
    }
  }
}

extension ONNXCall {
  /// The two operands; before opset 7 the second one is broadcast only where an attribute says so,
  /// from an axis on.
  func broadcastInputs() throws(ImportError) -> [ImportValue] {
    let (a, b) = (try input(0), try input(1))
    guard opset < 7, has("axis"), b.rank < a.rank else { return [a, b] }
    let axis = try axis("axis", of: a.rank)
    let behind = a.rank - axis - b.rank
    guard behind >= 0 else { throw invalid("its second operand has too many axes") }
    let shape = b.shape + [Dimension](repeating: 1, count: behind)
    switch b {
    case .host(let tensor): return [a, .host(tensor.reshaped(shape))]
    case .graph(var tensor):
      tensor.shape = shape
      return [a, .graph(tensor)]
    case .joined: throw unsupported("broadcasting of this operand")
    }
  }
}

extension ImportContext {
  /// A function of two values, computed now where both are known and it is defined on extents.
  mutating func binary(
    _ function: PointwiseFunction, _ host: HostFunction, _ a: ImportValue, _ b: ImportValue
  ) throws(ImportError) -> ImportValue {
    if let x = a.host, let y = b.host,
      let known = try known({ () throws(ImportError) in try HostTensor.combined(x, y, host) })
    {
      return .host(known)
    }
    return try pointwise(function, [a, b], as: host.isPredicate ? .bool : a.element)
  }

  mutating func sum(_ values: [ImportValue]) throws(ImportError) -> ImportValue {
    let (a, b) = (values[0], values[1])
    let shape = try broadcast(values)
    // A state of zeros.
    if b.isZero && a.shape == shape { return a }
    if a.isZero && b.shape == shape { return b }
    return try binary(.add, .sum, a, b)
  }

  mutating func difference(_ values: [ImportValue]) throws(ImportError) -> ImportValue {
    if values[1].isZero, try values[0].shape == broadcast(values) { return values[0] }
    return try binary(.subtract, .difference, values[0], values[1])
  }

  mutating func product(_ values: [ImportValue]) throws(ImportError) -> ImportValue {
    let (a, b) = (values[0], values[1])
    let shape = try broadcast(values)
    if a.host == nil || b.host == nil {
      // A gate of a state of zeros; networks are finite.
      if a.isZero || b.isZero { return try fill(0, values, as: a.element) }
      if b.host?.uniform == 1 && a.shape == shape { return a }
      if a.host?.uniform == 1 && b.shape == shape { return b }
    }
    return try binary(.multiply, .product, a, b)
  }

  mutating func quotient(_ values: [ImportValue]) throws(ImportError) -> ImportValue {
    let (a, b) = (values[0], values[1])
    if a.element.isFloat {
      if b.host?.uniform == 1, try a.shape == broadcast(values) { return a }
      return try binary(.divide, .exactQuotient, a, b)
    }
    if a.host != nil && b.host != nil { return try binary(.divide, .wholeQuotient, a, b) }
    return try truncated(try pointwise(.divide, [a, b]))
  }

  mutating func power(_ values: [ImportValue]) throws(ImportError) -> ImportValue {
    let (a, b) = (values[0], values[1])
    if a.host == nil, a.element.isFloat, let exponent = b.host?.uniform,
      try a.shape == broadcast(values)
    {
      if exponent == 1 { return a }
      if exponent == 2 { return try pointwise(.multiply, [a, a]) }
      if exponent == 0.5 { return try pointwise(.squareRoot, [a]) }
    }
    if let x = a.host, let y = b.host, !x.element.isFloat {
      let exponents = try y.floats("the exponents")
      let y = HostTensor(.float64, try y.checkedShape(), .floats(exponents))
      let result = try HostTensor.combined(try x.cast(to: .float64), y, .power)
      return .host(try result.cast(to: x.element))
    }
    return try binary(.power, .power, a, b)
  }

  mutating func modulo(_ values: [ImportValue], keepsSign: Bool) throws(ImportError) -> ImportValue
  {
    keepsSign
      ? try binary(.remainder, .remainder, values[0], values[1])
      : try binary(.modulo, .modulo, values[0], values[1])
  }

  /// The value rounded towards zero.
  mutating func truncated(_ value: ImportValue) throws(ImportError) -> ImportValue {
    let isNegative = try pointwise(.less, [value, .number(0)])
    let (up, down) = (try pointwise(.ceil, [value]), try pointwise(.floor, [value]))
    return try pointwise(.select, [isNegative, up, down]).labelled(value.element)
  }
}

extension ImportValue {
  /// Whether every element is known to be zero.
  var isZero: Bool { host?.isZero ?? false }

  /// A constant that is broadcast.
  static func number(_ number: Float) -> ImportValue {
    .host(HostTensor(.float32, [], .floats([number])))
  }

  /// An extent as a whole number.
  static func extent(_ extent: Dimension) -> ImportValue {
    .host(HostTensor(extents: [extent]).reshaped([]))
  }
}
