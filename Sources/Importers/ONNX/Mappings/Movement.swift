internal import GraphIR

extension ONNXMapping {
  /// Operations that put elements elsewhere.
  static let movement: [ONNXMapping] = [
    ONNXMapping("Col2Im", since: 18, remark: "1, 2 and 3 axes") {
      call, context throws(ImportError) in
      try [context.sumColumns(call)]
    },
    ONNXMapping("Transpose") { call, context throws(ImportError) in
      let x = try call.input(0)
      let permutation = try call.integers("perm") ?? Array((0..<x.rank).reversed())
      guard permutation.sorted() == Array(0..<x.rank) else {
        throw call.invalid("\(permutation.prefix(8)) is no order of its axes")
      }
      return try [context.transpose(x, permutation)]
    },
    ONNXMapping("Concat") { call, context throws(ImportError) in
      let values = try call.allInputs()
      let axis = try call.axis("axis", of: values[0].rank, default: call.opset < 4 ? 1 : nil)
      return try [context.concat(values, axis)]
    },
    ONNXMapping("Tile", since: 6) { call, context throws(ImportError) in
      guard let host = try call.constant(1, "the repeats") else {
        throw ImportError(.onnx(.missingInput(1)))
      }
      return try [context.tile(try call.input(0), try host.integers("the repeats"))]
    },
    ONNXMapping("DepthToSpace") { call, context throws(ImportError) in
      let mode = try call.text("mode", default: "DCR")
      guard let order = BlockOrder(rawValue: mode.lowercased()) else {
        throw ImportError(.onnx(.attribute(name: "mode", expected: "DCR or CRD")))
      }
      let op = DepthToSpace(block: try call.block(), order: order)
      let x = try call.input(0)
      return [context.value(try context.apply(.depthToSpace(op), [try context.id(x)]), x.element)]
    },
    ONNXMapping("SpaceToDepth") { call, context throws(ImportError) in
      let mode = try call.text("mode", default: "DCR")
      guard let order = BlockOrder(rawValue: mode.lowercased()) else {
        throw ImportError(.onnx(.attribute(name: "mode", expected: "DCR or CRD")))
      }
      let op = SpaceToDepth(block: try call.block(), order: order)
      let x = try call.input(0)
      return [context.value(try context.apply(.spaceToDepth(op), [try context.id(x)]), x.element)]
    },
  ]
}

extension ONNXCall {
  fileprivate func block() throws(ImportError) -> Int {
    let block = try integer("blocksize")
    guard 1...4096 ~= block else { throw invalid("its block size is \(block)") }
    return block
  }
}

extension ImportContext {
  mutating func transpose(_ x: ImportValue, _ permutation: [Int]) throws(ImportError)
    -> ImportValue
  {
    guard permutation.count == x.rank else {
      throw ImportError(
        .onnx(.invalid("\(permutation.count) axes of \(x.shape) cannot be transposed")))
    }
    if permutation == Array(0..<x.rank) { return x }
    let shape = permutation.map { x.shape[$0] }
    if let host = x.host {
      if let number = host.uniform {
        return .host(HostTensor(host.element, fill: number, shape))
      }
      return .host(try host.transposed(permutation))
    }
    return value(try apply(.transpose(Transpose(permutation)), [try id(x)]), x.element)
  }

  /// The value with one axis at another place.
  mutating func moved(_ x: ImportValue, from source: Int, to target: Int) throws(ImportError)
    -> ImportValue
  {
    var order = Array(0..<x.rank)
    order.insert(order.remove(at: source), at: target)
    return try transpose(x, order)
  }

  mutating func concat(_ values: [ImportValue], _ axis: Int) throws(ImportError)
    -> ImportValue
  {
    if values.count == 1 { return values[0] }
    let first = values[0]
    for value in values.dropFirst() {
      guard value.rank == first.rank, value.element == first.element else {
        throw ImportError(.onnx(.invalid("its operands differ in rank or type")))
      }
    }
    let hosts = values.compactMap(\.host)
    if hosts.count == values.count {
      if let number = first.host?.uniform, hosts.allSatisfy({ $0.uniform == number }),
        first.element.isFloat
      {
        let joined = ImportValue.joined(values, axis: axis)
        return .host(HostTensor(first.element, fill: number, joined.shape))
      }
      // Numbers of a shape that is not known are computed by the program.
      if hosts.allSatisfy({ $0.fixedShape != nil }) {
        return .host(try HostTensor.concatenated(hosts, axis: axis))
      }
    }
    let present = values.filter { $0.rank > 0 && $0.shape[axis] != 0 }
    if present.count == 1 { return present[0] }
    guard !present.isEmpty else {
      throw ImportError(.onnx(.unsupported("a tensor without elements")))
    }
    if axis == 1, first.rank == 4, first.element.isFloat,
      present.contains(where: \.isZero), sameBesides(axis, present)
    {
      return .joined(present, axis: axis)
    }
    var operands: [ValueID] = []
    for value in present { operands.append(try id(value)) }
    let result = try apply(.concat(Concat(axis: axis)), operands)
    if !first.element.isFloat, axis == first.rank - 1, present.allSatisfy({ $0.shape[axis] == 1 }) {
      let found = present.compactMap { ramp(of: $0) }
      if found.count == present.count { grids[result] = found }
    }
    return value(result, first.element)
  }

  private func sameBesides(_ axis: Int, _ values: [ImportValue]) -> Bool {
    values.allSatisfy { value in
      value.shape.indices.allSatisfy { $0 == axis || value.shape[$0] == values[0].shape[$0] }
    }
  }

  /// Every axis repeated some times.
  mutating func tile(_ x: ImportValue, _ repeats: [Int]) throws(ImportError)
    -> ImportValue
  {
    guard repeats.count == x.rank, repeats.allSatisfy({ 0...(1 << 30) ~= $0 }) else {
      throw ImportError(.onnx(.invalid("its repeats are not one number for each axis")))
    }
    if repeats.contains(0) {
      throw ImportError(.onnx(.unsupported("a tensor without elements")))
    }
    let shape = zip(x.shape, repeats).map { $0 * .fixed($1) }
    if shape == x.shape { return x }
    if let number = x.host?.uniform {
      return .host(HostTensor(x.element, fill: number, shape))
    }
    // Each axis gets another one in front of it, along which the elements repeat.
    let split = x.shape.flatMap { extent -> [Dimension] in [1, extent] }
    let copied = zip(x.shape, repeats).flatMap { extent, count -> [Dimension] in
      [.fixed(count), extent]
    }
    if let host = x.host {
      guard let copied = fixed(copied) else {
        throw ImportError(.onnx(.needsConstant(what: "the size of a constant")))
      }
      return .host(try host.reshaped(split).broadcast(to: copied).reshaped(shape))
    }
    let wide = try id(reshaped(try simple(x), split))
    return reshaped(value(try apply(.expand(Expand(copied)), [wide]), x.element), shape)
  }
}

extension HostTensor {
  var rank: Int { shape.count }
}
