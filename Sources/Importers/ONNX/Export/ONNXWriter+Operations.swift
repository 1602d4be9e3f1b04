internal import GraphIR

extension ONNXWriter {
  /// Writes one operation; each arm is one call.
  mutating func write(_ node: Node) {
    switch node.op {
    case .conv2D(let op): write(op, node)
    case .pointwise(let op): write(op, node)
    case .concat(let op): put(node, "Concat", [("axis", .integer(op.axis))])
    case .slice(let op): write(op, node)
    case .globalAveragePool: put(node, "GlobalAveragePool")
    case .reduce(let op): write(op, node)
    case .argReduce(let op): write(op, node)
    case .topK(let op): write(op, node)
    case .cumulativeSum(let op): put(node, "CumSum", extra: [integers([op.axis])])
    case .transpose(let op): put(node, "Transpose", [("perm", .integers(op.permutation))])
    case .reshape(let op): put(node, "Reshape", extra: [extents(op.shape)])
    case .expand(let op): put(node, "Expand", extra: [extents(op.shape)])
    case .pad(let op): write(op, node)
    case .gather(let op): write(op, node)
    case .pool2D(let op): write(op, node)
    case .maxUnpool2D(let op): write(op, node)
    case .matMul: put(node, "MatMul")
    case .depthToSpace(let op): write(op, node)
    case .spaceToDepth(let op): write(op, node)
    case .resize(let op): write(op, node)
    case .gridSample(let op): write(op, node)
    case .windowMeans, .fused: preconditionFailure("what ONNX lacks is taken apart before")
    }
  }

  /// Writes an operation that ONNX knows as well.
  mutating func put(
    _ node: Node, _ op: String, _ attributes: [(String, ONNXWrittenAttribute)] = [],
    extra: [String] = []
  ) {
    let inputs = operands(node) + extra
    self.node(op, inputs, attributes, output: name(of: node.result))
  }

  /// The names of the operands.
  mutating func operands(_ node: Node) -> [String] {
    var names: [String] = []
    for operand in node.operands { names.append(name(of: operand)) }
    return names
  }

  private static func attributes(_ window: Window) -> [(String, ONNXWrittenAttribute)] {
    [
      ("pads", .integers(window.padding)), ("strides", .integers(window.stride)),
      ("dilations", .integers(window.dilation)),
    ]
  }

  // MARK: - Images

  private mutating func write(_ op: Conv2D, _ node: Node) {
    let kernel = graph.type(of: node.operands[1]).shape.suffix(2).compactMap(\.fixedValue)
    put(
      node, "Conv",
      [("kernel_shape", .integers(kernel)), ("group", .integer(op.groups))]
        + Self.attributes(op.window))
  }

  private mutating func write(_ op: Pool2D, _ node: Node) {
    var attributes = [("kernel_shape", ONNXWrittenAttribute.integers(op.kernel))]
    attributes += Self.attributes(op.window)
    attributes.append(("ceil_mode", .integer(op.roundsUp ? 1 : 0)))
    switch op.kind {
    case .maximum: put(node, "MaxPool", attributes)
    case .place:
      // ONNX counts in the whole tensor.
      let values = name(of: node.result) + ".values"
      let flat = name(of: node.result) + ".places"
      self.node("MaxPool", operands(node), attributes, outputs: [values, flat])
      let plane = Dimension.product(graph.type(of: node.operands[0]).shape[2...])
      toFloat(self.node("Mod", [flat, extents([plane])]), name(of: node.result))
    case .average:
      attributes.append(("count_include_pad", .integer(op.includesPadding ? 1 : 0)))
      put(node, "AveragePool", attributes)
    }
  }

  /// MaxUnpool of ONNX would need to know the window.
  private mutating func write(_ op: MaxUnpool2D, _ node: Node) {
    let shape = graph.type(of: node.operands[0]).shape
    let (size, plane) = (shape[2] * shape[3], Dimension.product(op.extents))
    let lines = extents([shape[0], shape[1], size])
    let values = self.node("Reshape", [name(of: node.operands[0]), lines])
    var places = self.node("Reshape", [name(of: node.operands[1]), lines])
    places = self.node("Cast", [places], [("to", .integer(7))])
    places = self.node("Max", [places, integers([0])])
    places = self.node("Min", [places, extents([plane - 1])])
    let zeros = self.node("Expand", [number(0), extents([shape[0], shape[1], plane])])
    let result = self.node("ScatterElements", [zeros, places, values], [("axis", .integer(2))])
    let wanted = extents(graph.type(of: node.result).shape)
    self.node("Reshape", [result, wanted], output: name(of: node.result))
  }

  private mutating func write(_ op: DepthToSpace, _ node: Node) {
    let mode = op.order.rawValue.uppercased()
    put(node, "DepthToSpace", [("blocksize", .integer(op.block)), ("mode", .text(mode))])
  }

  /// ONNX knows the order DCR only; the other one is a permutation of axes.
  private mutating func write(_ op: SpaceToDepth, _ node: Node) {
    if op.order == .dcr {
      return put(node, "SpaceToDepth", [("blocksize", .integer(op.block))])
    }
    let shape = graph.type(of: node.operands[0]).shape
    let (rows, columns) = (shape[2].scaled(over: op.block), shape[3].scaled(over: op.block))
    let block = Dimension.fixed(op.block)
    let split = [shape[0], shape[1], rows, block, columns, block]
    var value = self.node("Reshape", [name(of: node.operands[0]), extents(split)])
    value = self.node("Transpose", [value], [("perm", .integers([0, 1, 3, 5, 2, 4]))])
    let result = extents(graph.type(of: node.result).shape)
    self.node("Reshape", [value, result], output: name(of: node.result))
  }

  private mutating func write(_ op: Resize, _ node: Node) {
    var attributes: [(String, ONNXWrittenAttribute)] = [
      ("mode", .text(op.mode.rawValue)),
      ("coordinate_transformation_mode", .text(op.coordinates.rawValue)),
      ("nearest_mode", .text(op.rounding.rawValue)),
      ("exclude_outside", .integer(op.excludesOutside ? 1 : 0)),
      ("antialias", .integer(op.antialiases ? 1 : 0)),
    ]
    if op.mode == .cubic { attributes.append(("cubic_coeff_a", .float(op.cubicCoefficient))) }
    let extra = op.scales.isEmpty ? ["", "", extents(op.extents)] : ["", numbers(op.scales)]
    put(node, "Resize", attributes, extra: extra)
  }

  /// Modes have other names from opset 20 on.
  private mutating func write(_ op: GridSample, _ node: Node) {
    let modes: [Resize.Mode: String] = [
      .nearest: "nearest", .linear: "bilinear", .cubic: "bicubic",
    ]
    put(
      node, "GridSample",
      [
        ("mode", .text(modes[op.mode] ?? "")), ("padding_mode", .text(op.outside.rawValue)),
        ("align_corners", .integer(op.alignsCorners ? 1 : 0)),
      ])
  }

  // MARK: - Reductions

  private mutating func write(_ op: Reduce, _ node: Node) {
    let names: [Reduce.Kind: String] = [
      .sum: "ReduceSum", .mean: "ReduceMean", .maximum: "ReduceMax", .minimum: "ReduceMin",
      .product: "ReduceProd",
    ]
    let keeps = ("keepdims", ONNXWrittenAttribute.integer(op.keepsDimensions ? 1 : 0))
    put(node, names[op.kind] ?? "", [keeps], extra: [integers(op.axes)])
  }

  private mutating func write(_ op: ArgReduce, _ node: Node) {
    let places = self.node(
      op.kind == .maximum ? "ArgMax" : "ArgMin", operands(node),
      [
        ("axis", .integer(op.axis)), ("keepdims", .integer(op.keepsDimensions ? 1 : 0)),
        ("select_last_index", .integer(op.takesLast ? 1 : 0)),
      ])
    toFloat(places, name(of: node.result))
  }

  private mutating func write(_ op: TopK, _ node: Node) {
    let places = name(of: node.results[1]) + ".places"
    self.node(
      "TopK", operands(node) + [integers([op.k])],
      [("axis", .integer(op.axis)), ("largest", .integer(op.largest ? 1 : 0))],
      outputs: [name(of: node.results[0]), places])
    toFloat(places, name(of: node.results[1]))
  }

  // MARK: - Movement

  private mutating func write(_ op: Slice, _ node: Node) {
    let ends = op.cuts.map { cut -> Dimension in
      let end = cut.start + cut.extent * .fixed(cut.step)
      // Before the first element, which a negative number would not mean.
      return cut.step < 0 && (end.fixedValue ?? 0) < 0 ? .fixed(-(1 << 62)) : end
    }
    put(
      node, "Slice",
      extra: [
        extents(op.cuts.map(\.start)), extents(ends), integers(op.cuts.map(\.axis)),
        integers(op.cuts.map(\.step)),
      ])
  }

  private mutating func write(_ op: Pad, _ node: Node) {
    var extra = [extents(op.low + op.high)]
    if op.mode == .constant && op.value != 0 { extra.append(number(op.value)) }
    put(node, "Pad", [("mode", .text(op.mode.rawValue))], extra: extra)
  }

  /// Places that are computed are held within the axis.
  private mutating func write(_ op: Gather, _ node: Node) {
    let (data, places) = (name(of: node.operands[0]), name(of: node.operands[1]))
    let last = graph.type(of: node.operands[0]).shape[op.axis] - 1
    var index = self.node("Cast", [places], [("to", .integer(7))])
    index = self.node("Max", [index, integers([0])])
    index = self.node("Min", [index, extents([last])])
    let wanted = extents(graph.type(of: node.operands[1]).shape)
    index = self.node("Reshape", [index, wanted])
    self.node(
      "Gather", [data, index], [("axis", .integer(op.axis))], output: name(of: node.result))
  }

  /// Whole numbers of ONNX as those of the graph.
  mutating func toFloat(_ value: String, _ output: String) {
    node("Cast", [value], [("to", .integer(1))], output: output)
  }
}
