internal import GraphIR

extension ATenMapping {
  /// The same elements under other shapes and types.
  static let shape: [ATenMapping] = [
    reshape("view _unsafe_view", "size"), reshape("reshape", "shape"),
    .tensor("view_as reshape_as", "self other") { call, context throws(ImportError) in
      try context.reshape(try call.tensor("self"), try call.tensor("other").shape)
    },
    .tensor("flatten", "self start_dim end_dim") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let first = try call.axis("start_dim", of: x.rank, default: 0)
      let last = try call.axis("end_dim", of: x.rank, default: -1)
      guard first <= last, last < x.rank else { throw call.invalid("its axes are out of order") }
      let middle = Dimension.product(x.shape[first...last])
      return try context.reshape(x, x.shape[..<first] + [middle] + x.shape[(last + 1)...])
    },
    .tensor("unflatten", "self dim sizes") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axis = try call.axis("dim", of: x.rank)
      var sizes = try call.extents("sizes") ?? []
      if let open = sizes.firstIndex(of: -1) {
        sizes.remove(at: open)
        guard let rest = ImportContext.quotient([x.shape[axis]], sizes) else {
          throw call.sizes("parts of \(x.shape[axis]) are not whole")
        }
        sizes.insert(rest, at: open)
      }
      return try context.reshape(x, x.shape[..<axis] + sizes + x.shape[(axis + 1)...])
    },
    .tensor("squeeze", "self dim") { call, context throws(ImportError) in
      let x = try context.simple(try call.tensor("self"))
      let axes = try call.axes("dim", of: x.rank)
      if let axis = axes.first(where: { x.shape[$0].fixedValue == nil }) {
        throw call.sizes("axis \(axis) is squeezed, whose extent is not known")
      }
      return context.dropping(axes.filter { x.shape[$0] == 1 }, of: x, unless: false)
    },
    .tensor("unsqueeze", "self dim") { call, context throws(ImportError) in
      let x = try context.simple(try call.tensor("self"))
      var shape = x.shape
      shape.insert(1, at: try call.axis("dim", of: x.rank + 1))
      return context.reshaped(x, shape)
    },
    .tensor("expand", "self size implicit") { call, context throws(ImportError) in
      try context.expanded(try call.tensor("self"), try call.extents("size") ?? [], call)
    },
    .tensor("expand_as", "self other") { call, context throws(ImportError) in
      try context.expand(try call.tensor("self"), try call.tensor("other").shape)
    },
    .tensor("broadcast_to", "self size") { call, context throws(ImportError) in
      try context.expanded(try call.tensor("self"), try call.extents("size") ?? [], call)
    },
    ATenMapping(
      "clone contiguous detach alias lift lift_fresh lift_fresh_copy requires_grad cpu cuda",
      "self memory_format"
    ) { call, _ throws(ImportError) in try call.argument("self") },
    ATenMapping("dropout feature_dropout alpha_dropout", "input p train") {
      call, _ throws(ImportError) in
      if try call.flag("train") { throw call.unsupported("dropout while training") }
      return try call.argument("input")
    },
    ATenMapping("to _to_copy type_as", "self dtype other copy memory_format non_blocking") {
      call, context throws(ImportError) in
      if try call.isOfComplexType() { return .complex(try call.complex("self")) }
      return .tensor(try context.converted(call))
    },
    .tensor("float", "self") { call, context throws(ImportError) in
      try context.cast(try call.tensor("self"), to: .float32)
    },
  ]

  private static func reshape(_ ops: String, _ size: String) -> ATenMapping {
    .tensor(ops, "self " + size) { call, context throws(ImportError) in
      guard let shape = try call.extents(size) else { throw call.mismatch(size, "a shape") }
      return try context.reshape(try call.tensor("self"), shape)
    }
  }
}

extension ImportContext {
  fileprivate mutating func reshape(_ x: ImportValue, _ shape: [Dimension])
    throws(ImportError) -> ImportValue
  {
    try standard(
      "Reshape", [x, .host(HostTensor(extents: shape))], ["allowzero": .flag(true)])
  }

  /// Extents of −1 stay as they are.
  fileprivate mutating func expanded(_ x: ImportValue, _ size: [Dimension], _ call: ATenCall)
    throws(ImportError) -> ImportValue
  {
    let missing = size.count - x.rank
    guard missing >= 0 else { throw call.invalid("it has fewer axes than its operand") }
    var shape = size
    for axis in shape.indices where shape[axis] == -1 {
      guard axis >= missing else { throw call.invalid("a new axis has no extent") }
      shape[axis] = x.shape[axis - missing]
    }
    return try expand(x, shape)
  }

  /// Everything is computed in float32, so only the kind of number matters.
  fileprivate mutating func converted(_ call: ATenCall) throws(ImportError) -> ImportValue {
    let x = try call.tensor("self")
    for candidate in [call["dtype"], call["other"]] {
      if case .tensor(let other)? = candidate { return try cast(x, to: other.element) }
    }
    guard let code = try call.typeCode() else { return x }
    guard let target = ONNXElement(torchCode: code) else {
      throw call.unsupported("this type of elements")
    }
    return try cast(x, to: target)
  }
}

extension ATenCall {
  /// The number of the type to which a tensor is converted, where one is given.
  ///
  /// A device may stand in the place of the type, and flags behind it.
  func typeCode() throws(ImportError) -> Int? {
    for candidate in [self["dtype"], self["other"]] {
      if case .scalar(let code)? = candidate, code.element == .int64 {
        return try code.integers("the type")[0]
      }
    }
    return nil
  }

  /// Whether that is a type of complex numbers.
  func isOfComplexType() throws(ImportError) -> Bool {
    try typeCode().map { 8...10 ~= $0 } ?? false
  }
}

extension ONNXElement {
  /// The type of a number of PyTorch, or nil where it is not supported.
  init?(torchCode code: Int) {
    let types: [Int: ONNXElement] = [
      0: .uint8, 1: .int8, 2: .int16, 3: .int32, 4: .int64, 5: .float16, 6: .float32,
      7: .float64, 11: .bool, 15: .bfloat16,
    ]
    guard let type = types[code] else { return nil }
    self = type
  }
}
