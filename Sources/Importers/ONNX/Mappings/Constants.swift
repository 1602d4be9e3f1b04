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
    ONNXMapping("Range", since: 11) { call, _ throws(ImportError) in
      var numbers: [HostTensor] = []
      for index in 0..<3 {
        guard let host = try call.constant(index, "a range") else {
          throw ImportError(.onnx(.missingInput(index)))
        }
        numbers.append(host)
      }
      return [.host(try HostTensor.range(numbers[0], numbers[1], numbers[2]))]
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

extension HostTensor {
  /// The numbers from `start` to before `limit`, `delta` apart.
  fileprivate static func range(_ start: HostTensor, _ limit: HostTensor, _ delta: HostTensor)
    throws(ImportError) -> HostTensor
  {
    func number(_ tensor: HostTensor) throws(ImportError) -> Double {
      let numbers = try tensor.symbols("a range").compactMap(\.fixedNumber)
      guard numbers.count == 1 else {
        throw ImportError(.onnx(.needsConstant(what: "a range")))
      }
      return numbers[0]
    }
    let (first, last, step) = (try number(start), try number(limit), try number(delta))
    let count = ((last - first) / step).rounded(.up)
    guard step != 0, count <= Double(expansionLimit) else {
      throw ImportError(.onnx(.tooLarge(elements: nil)))
    }
    let numbers = (0..<max(Int(count), 0)).map { first + Double($0) * step }
    let elements: Elements =
      start.element.isFloat
      ? .floats(numbers.map { Float($0) }) : .integers(numbers.map { Int($0) })
    return HostTensor(start.element, [numbers.count], elements)
  }
}
