internal import GraphIR

extension ONNXMapping {
  /// Shapes as numbers, and numbers as shapes.
  static let shape: [ONNXMapping] = [
    ONNXMapping("Shape") { call, _ throws(ImportError) in
      let shape = try call.input(0).shape
      func place(_ value: Int) -> Int {
        min(max(value < 0 ? value + shape.count : value, 0), shape.count)
      }
      let start = place(try call.integer("start", default: 0))
      let end = place(try call.integer("end", default: shape.count))
      return [.host(HostTensor(extents: Array(shape[start..<max(start, end)])))]
    },
    ONNXMapping("Size") { call, _ throws(ImportError) in
      let count = Dimension.product(try call.input(0).shape)
      return [.host(HostTensor(extents: [count]).reshaped([]))]
    },
    ONNXMapping("Reshape") { call, context throws(ImportError) in
      try [context.reshape(call)]
    },
    ONNXMapping("Flatten") { call, context throws(ImportError) in
      let x = try context.simple(try call.input(0))
      let given = try call.integer("axis", default: 1)
      let axis = given < 0 ? given + x.rank : given
      guard 0...x.rank ~= axis else { throw call.invalid("its axis is out of range") }
      let shape = [Dimension.product(x.shape[..<axis]), Dimension.product(x.shape[axis...])]
      return [context.reshaped(x, shape)]
    },
    ONNXMapping("Squeeze") { call, context throws(ImportError) in
      let x = try context.simple(try call.input(0))
      let axes = try call.axes(input: 1, of: x.rank) ?? x.shape.indices.filter { x.shape[$0] == 1 }
      if let axis = axes.first(where: { x.shape[$0] != 1 }) {
        guard x.shape[axis].fixedValue == nil else {
          throw call.invalid("the extent of axis \(axis) is \(x.shape[axis]), not 1")
        }
        throw call.unsupported("squeezing an axis of unknown extent")
      }
      return [context.dropping(axes, of: x, unless: false)]
    },
    ONNXMapping("Unsqueeze") { call, context throws(ImportError) in
      let x = try context.simple(try call.input(0))
      var count = try call.integers("axes")?.count
      if count == nil { count = try call.constant(1, "the list of axes")?.count }
      guard let count, let axes = try call.axes(input: 1, of: x.rank + count) else {
        throw ImportError(.onnx(.missingInput(1)))
      }
      var shape = x.shape
      for axis in axes { shape.insert(1, at: axis) }
      return [context.reshaped(x, shape)]
    },
    ONNXMapping("Expand", since: 8) { call, context throws(ImportError) in
      guard let host = try call.constant(1, "the shape") else {
        throw ImportError(.onnx(.missingInput(1)))
      }
      return try [context.expand(try call.input(0), host.extents("the shape"))]
    },
    ONNXMapping("Cast") { call, context throws(ImportError) in
      let target: ONNXElement
      if case .text(let name)? = call.node.attributes["to"] {
        guard
          let known = ONNXElement.allCases.first(where: {
            ONNXElement.name($0.rawValue) == name.uppercased()
          })
        else { throw ImportError(.onnx(.attribute(name: "to", expected: "a type"))) }
        target = known
      } else {
        target = try ONNXElement(Int32(clamping: try call.integer("to")))
      }
      return try [context.cast(try call.input(0), to: target)]
    },
    ONNXMapping("CastLike", since: 15) { call, context throws(ImportError) in
      try [context.cast(try call.input(0), to: call.input(1).element)]
    },
    ONNXMapping("Identity") { call, _ throws(ImportError) in [try call.input(0)] },
  ]
}

extension ImportContext {
  fileprivate mutating func reshape(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try simple(try call.input(0))
    var target: [Dimension]
    if let list = try call.integers("shape") {
      target = list.map(Dimension.fixed)
    } else if let host = try call.constant(1, "the shape") {
      target = try host.extents("the shape")
    } else {
      throw ImportError(.onnx(.missingInput(1)))
    }
    if try !call.flag("allowzero") {
      for axis in target.indices where target[axis] == 0 {
        guard axis < x.rank else {
          throw call.invalid("its shape copies an axis that is not there")
        }
        target[axis] = x.shape[axis]
      }
    }
    guard target.count(where: { $0 == -1 }) <= 1 else {
      throw call.invalid("its shape leaves two extents open")
    }
    if let axis = target.firstIndex(of: -1) {
      target.remove(at: axis)
      guard let rest = Self.quotient(x.shape, target) else {
        let problem = "an extent that does not follow from \(x.shape) and \(target)"
        throw isFixed(x, target) ? call.unsupported(problem) : ImportError(.onnx(.sizes(problem)))
      }
      target.insert(rest, at: axis)
    }
    guard target.allSatisfy({ ($0.fixedValue ?? 0) >= 0 }),
      Dimension.product(target) == Dimension.product(x.shape)
    else {
      let problem = "\(x.shape) has another number of elements than \(target)"
      throw isFixed(x, target) ? call.invalid(problem) : ImportError(.onnx(.sizes(problem)))
    }
    return reshaped(x, target)
  }

  /// Whether neither the shape of a tensor nor the one that it is to get depends on sizes.
  private func isFixed(_ x: ImportValue, _ target: [Dimension]) -> Bool {
    fixed(target) != nil && fixed(x.shape) != nil
  }

  /// The product of some extents, divided by that of others.
  static func quotient(_ extents: [Dimension], _ divisors: [Dimension]) -> Dimension? {
    var rest = extents
    var left: [Dimension] = []
    for divisor in divisors {
      if let index = rest.firstIndex(of: divisor), divisor != 1 {
        rest.remove(at: index)
      } else {
        left.append(divisor)
      }
    }
    return Dimension.product(rest).quotient(exactlyBy: .product(left))
  }

  /// The value repeated along axes of extent 1.
  mutating func expand(_ x: ImportValue, _ shape: [Dimension]) throws(ImportError)
    -> ImportValue
  {
    guard shape.allSatisfy({ ($0.fixedValue ?? 1) >= 0 }) else {
      throw ImportError(.onnx(.invalid("its shape has a negative extent")))
    }
    let target = try broadcast([x, .host(HostTensor(.float32, fill: 0, shape))])
    if target == x.shape { return x }
    if let host = x.host {
      if let number = host.uniform {
        return .host(HostTensor(host.element, fill: number, target))
      }
      if let shape = fixed(target) { return .host(try host.broadcast(to: shape)) }
    }
    let result = try apply(.expand(Expand(target)), [try id(x)])
    if !x.element.isFloat, let ramp = ramp(of: x)?.shifted(by: target.count - x.rank) {
      ramps[result] = ramp
    }
    return value(result, x.element)
  }

  /// The value with its numbers as another type.
  mutating func cast(_ x: ImportValue, to target: ONNXElement) throws(ImportError)
    -> ImportValue
  {
    let source = x.element
    if let host = x.host { return .host(try host.cast(to: target)) }
    if source == target || target.isFloat || source == .bool { return x.labelled(target) }
    if target == .bool {
      let isZero = try pointwise(.equal, [x, .number(0)])
      return try pointwise(.subtract, [.number(1), isZero], as: .bool)
    }
    if source.isFloat { return try truncated(x).labelled(target) }
    guard target.type.byteCount > source.type.byteCount, !target.isUnsigned || source.isUnsigned
    else {
      if target == .int64 || target == .int32 { return x.labelled(target) }
      throw ImportError(.onnx(.unsupported("a conversion to a narrower whole number")))
    }
    return x.labelled(target)
  }
}
