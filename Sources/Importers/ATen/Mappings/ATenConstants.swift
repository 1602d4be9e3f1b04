internal import GraphIR

extension ATenMapping {
  /// Tensors that depend on nothing but sizes.
  static let constants: [ATenMapping] = [
    fill("zeros", 0, "size dtype"), fill("ones", 1, "size dtype"),
    fill("new_zeros", 0, "self size dtype"), fill("new_ones", 1, "self size dtype"),
    fill("full", nil, "size fill_value dtype"), fill("new_full", nil, "self size fill_value dtype"),
    fill("zeros_like", 0, "self dtype"), fill("ones_like", 1, "self dtype"),
    fill("full_like", nil, "self fill_value dtype"),
    // Nobody may use what is in them.
    fill("empty", 0, "size dtype"), fill("empty_permuted", 0, "size physical_layout dtype"),
    fill("new_empty", 0, "self size dtype"),
    fill("empty_like", 0, "self dtype"),
    .tensor("fill", "self value") { call, context throws(ImportError) in
      try context.filled(try call.tensor("self"), with: try call.tensor("value"))
    },
    .tensor("zero", "self") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return .host(HostTensor(x.element, fill: 0, x.shape))
    },
    .tensor("copy", "self src non_blocking") { call, context throws(ImportError) in
      try context.filled(try call.tensor("self"), with: try call.tensor("src"))
    },
    .tensor("arange", "start end step dtype") { call, context throws(ImportError) in
      // One argument alone is the end.
      let isEnd = call["end"] == nil
      let start = isEnd ? ATenValue.integer(0) : call["start"] ?? .integer(0)
      let end = try call.argument(isEnd ? "start" : "end")
      let step = call["step"] ?? .integer(1)
      let numbers = [start, end, step].compactMap(\.number)
      guard numbers.count == 3 else { throw call.mismatch("end", "a number") }
      let isFloat = numbers.contains { $0.element.isFloat }
      let element: ONNXElement = isFloat ? .float32 : .int64
      let range = try context.standard(
        "Range",
        numbers.map { number throws(ImportError) in .host(try number.cast(to: element)) })
      return try context.cast(range, to: try call.element(element))
    },
    .tensor("linspace", "start end steps dtype") { call, context throws(ImportError) in
      let start = try context.floating(try call.tensor("start"))
      let end = try context.floating(try call.tensor("end"))
      let count = try call.symbol("steps")
      let places = try context.standard("Range", [.extent(0), .extent(count), .extent(1)])
      let last = try context.standard("Max", [.extent(count - 1), .extent(1)])
      let step = try context.quotient([
        try context.difference([end, start]), try context.floating(last),
      ])
      let distances = try context.product([try context.floating(places), step])
      let range = try context.sum([distances, start])
      return try context.cast(range, to: try call.element(.float32))
    },
    .tensor("scalar_tensor tensor", "s dtype") { call, context throws(ImportError) in
      try context.cast(try call.tensor("s"), to: try call.element(.float32))
    },
  ]

  private static func fill(_ op: String, _ number: Double?, _ parameters: String) -> ATenMapping {
    .tensor(op, parameters) { call, context throws(ImportError) in
      let like = try call.optionalTensor("self")
      let shape = call["size"] == nil ? like?.shape : try call.extents("size")
      guard let shape else { throw ImportError(.program(.missingArgument("size"))) }
      guard shape.allSatisfy({ ($0.fixedValue ?? 1) >= 0 }) else {
        throw call.invalid("its shape has a negative extent")
      }
      let given = number == nil ? try call.argument("fill_value").number : nil
      guard let value = number ?? given?.uniform else {
        throw call.mismatch("fill_value", "a number that is known")
      }
      // A tensor takes the type of the number that it is full of.
      let fallback = like?.element ?? (number == nil ? given?.element : nil) ?? .float32
      let full = HostTensor(given?.element ?? .float32, fill: value, shape)
      return .host(try full.cast(to: try call.element(fallback)))
    }
  }
}

extension ImportContext {
  /// A value in the type and the shape of another one.
  mutating func filled(_ x: ImportValue, with value: ImportValue) throws(ImportError)
    -> ImportValue
  {
    let value = try cast(value, to: x.element)
    guard let number = value.host?.uniform else { return try expand(value, x.shape) }
    return .host(HostTensor(x.element, fill: number, x.shape))
  }
}

extension ATenCall {
  /// The type of elements that the call asks for.
  fileprivate func element(_ fallback: ONNXElement) throws(ImportError) -> ONNXElement {
    guard let code = self["dtype"]?.number else { return fallback }
    guard let element = try ONNXElement(torchCode: code.integers("the type")[0]) else {
      throw unsupported("this type of elements")
    }
    return element
  }
}
