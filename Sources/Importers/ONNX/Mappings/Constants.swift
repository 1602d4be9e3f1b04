internal import GraphIR

extension ONNXMapping {
  /// Tensors that depend on nothing but sizes.
  static let constants: [ONNXMapping] = [
    ONNXMapping("Constant") { call, context throws(ImportError) in
      [.host(try context.constant(call))]
    },
    ONNXMapping("ConstantOfShape", since: 9) { call, context throws(ImportError) in
      guard let host = try call.constant(0, "the shape") else {
        throw ImportError(.onnx(.missingInput(0)))
      }
      let shape = try host.extents("the shape")
      guard shape.allSatisfy({ ($0.fixedValue ?? 1) >= 0 }) else {
        throw call.invalid("its shape has a negative extent")
      }
      guard case .tensor(let tensor)? = call.node.attributes["value"] else {
        return [.host(HostTensor(.float32, fill: 0, shape))]
      }
      let value = try tensor.host(&context.files)
      guard let number = value.uniform else {
        throw ImportError(.onnx(.attribute(name: "value", expected: "one number")))
      }
      return [.host(HostTensor(value.element, fill: number, shape))]
    },
    ONNXMapping("Range", since: 11) { call, context throws(ImportError) in
      var numbers: [HostTensor] = []
      for index in 0..<3 {
        guard let host = try call.constant(index, "a range") else {
          throw ImportError(.onnx(.missingInput(index)))
        }
        guard host.count == 1 else { throw call.invalid("a range needs single numbers") }
        numbers.append(host.reshaped([]))
      }
      return try [context.range(numbers[0], numbers[1], numbers[2])]
    },
  ]
}

extension ImportContext {
  fileprivate mutating func constant(_ call: ONNXCall) throws(ImportError) -> HostTensor {
    for (name, attribute) in call.node.attributes.sorted(by: { $0.key < $1.key }) {
      switch (name, attribute) {
      case ("value", .tensor(let tensor)):
        var host = try tensor.host(&files).compressed
        host.name = host.name ?? call.node.outputs.first
        return host
      case ("value_float", .float(let number)): return HostTensor(.float32, [], .floats([number]))
      case ("value_floats", .floats(let numbers)):
        return HostTensor(.float32, [numbers.count], .floats(numbers))
      case ("value_int", .integer(let number)): return HostTensor(.int64, [], .integers([number]))
      case ("value_ints", .integers(let numbers)): return HostTensor(list: numbers)
      case ("sparse_value", _), ("value_string", _), ("value_strings", _):
        throw call.unsupported("a constant of the kind \(name)")
      default: continue
      }
    }
    throw ImportError(.onnx(.missingAttribute("value")))
  }
}

extension ImportContext {
  /// The numbers from `start` to before `limit`, `delta` apart.
  fileprivate mutating func range(_ start: HostTensor, _ limit: HostTensor, _ delta: HostTensor)
    throws(ImportError) -> ImportValue
  {
    if let first = start.uniform, let last = limit.uniform, let step = delta.uniform {
      return .host(try HostTensor.range(start.element, first, last, step))
    }
    let what = "a range"
    let distance = try HostTensor.combined(limit, start, .difference)
    guard let length = try distance.symbols(what).first, let step = try delta.symbols(what).first,
      let count = length.exactQuotient(step)?.ceiling.dimension
    else { throw ImportError(.onnx(.needsConstant(what: what))) }
    let ramp = value(try ramp(count), start.element)
    let result = try sum([try product([ramp, .host(delta)]), .host(start)])
    if case .graph(let list) = result, let step = step.dimension?.fixedValue, step > 0,
      let first = try start.symbols(what).first?.dimension
    {
      ramps[list.id] = Ramp(axis: 0, first: first, step: step)
    }
    return result
  }
}

extension HostTensor {
  /// The numbers from `first` to before `last`, `step` apart.
  fileprivate static func range(
    _ element: ONNXElement, _ first: Double, _ last: Double, _ step: Double
  ) throws(ImportError) -> HostTensor {
    let count = ((last - first) / step).rounded(.up)
    let isExact = element.isFloat || max(abs(first), abs(last)) <= 0x1p53
    guard step != 0, count <= Double(expansionLimit), isExact else {
      throw ImportError(.onnx(.tooLarge(elements: nil)))
    }
    let numbers = (0..<Int(max(count, 0))).map { first + Double($0) * step }
    let elements: Elements =
      element.isFloat ? .floats(numbers.map { Float($0) }) : .integers(numbers.map { Int($0) })
    return HostTensor(element, [numbers.count], elements)
  }
}
