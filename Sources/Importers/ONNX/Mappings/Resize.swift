internal import GraphIR

extension ONNXMapping {
  /// Sampling at other distances.
  static let resize: [ONNXMapping] = [
    ONNXMapping(
      "Resize", since: 10,
      remark: "without tf_crop_and_resize; align_corners only to whole extents"
    ) { call, context throws(ImportError) in
      try [context.resize(call)]
    },
    ONNXMapping("GridSample", since: 16, remark: "2 axes") { call, context throws(ImportError) in
      try [context.gridSample(call)]
    },
    ONNXMapping("Upsample", since: 7) { call, context throws(ImportError) in
      try [context.resize(call)]
    },
  ]
}

extension ImportContext {
  fileprivate mutating func resize(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try call.input(0)
    var axes: [Int] = []
    for axis in try call.integers("axes") ?? Array(0..<x.rank) {
      axes.append(try ONNXCall.axis(axis, of: x.rank))
    }
    let isModern = call.opset >= 11 && call.node.op == "Resize"
    var op = try call.resizeStyle(isModern)
    op.extents = x.shape
    if let sizes = isModern ? try call.constant(3, "the sizes") : nil, sizes.count != 0 {
      try setSizes(try sizes.extents("the sizes"), axes, of: &op, call)
      return try resized(x, op)
    }
    let scales = try call.scales(isModern)
    try setScales(scales, axes, of: &op, call)
    guard call.node.op == "Resize", !isModern, op.mode == .nearest else {
      return try resized(x, op)
    }
    return try resized(x, op, shrinking: zip(axes, scales).filter { $0.1 < 1 }.map { $0.0 })
  }

  private mutating func resized(_ x: ImportValue, _ op: Resize) throws(ImportError)
    -> ImportValue
  {
    if op.extents == x.shape && op.scales.allSatisfy({ $0 == 1 }) { return x }
    return value(try apply(.resize(op), [try id(x)]), x.element)
  }

  /// Nearest elements as opset 10 finds them: rounded up on axes that shrink, which come first, and
  /// down on others.
  private mutating func resized(_ x: ImportValue, _ op: Resize, shrinking axes: [Int])
    throws(ImportError) -> ImportValue
  {
    var (first, second) = (op, op)
    first.rounding = .ceil
    for axis in op.extents.indices {
      let isShrinking = axes.contains(axis)
      if !isShrinking { first.extents[axis] = x.shape[axis] }
      if op.scales.isEmpty { continue }
      if isShrinking { second.scales[axis] = 1 } else { first.scales[axis] = 1 }
    }
    return try resized(try resized(x, first), second)
  }

  private func setSizes(
    _ sizes: [Dimension], _ axes: [Int], of op: inout Resize, _ call: ONNXCall
  ) throws(ImportError) {
    guard sizes.count == axes.count else { throw call.invalid("it has \(sizes.count) sizes") }
    let policy = try call.text("keep_aspect_ratio_policy", default: "stretch")
    if policy == "stretch" {
      for (axis, size) in zip(axes, sizes) { op.extents[axis] = size }
      return
    }
    // One scale for all axes, from sizes that are limits.
    var scales: [Double] = []
    for (axis, size) in zip(axes, sizes) {
      guard let extent = op.extents[axis].fixedValue, let size = size.fixedValue else {
        throw ImportError(.onnx(.needsConstant(what: "a size that keeps the aspect ratio")))
      }
      scales.append(Double(size) / Double(extent))
    }
    guard let scale = policy == "not_larger" ? scales.min() : scales.max() else { return }
    for axis in axes {
      let extent = Double(op.extents[axis].fixedValue ?? 1)
      op.extents[axis] = .fixed(Int((extent * scale + 0.5).rounded(.down)))
    }
    op.scales = op.extents.indices.map { axes.contains($0) ? Float(scale) : 1 }
  }

  private func setScales(
    _ scales: [Float], _ axes: [Int], of op: inout Resize, _ call: ONNXCall
  ) throws(ImportError) {
    let limit: Float = 0x1p20
    guard scales.count == axes.count, scales.allSatisfy({ $0 > 0 && $0 <= limit }) else {
      throw call.invalid("its scales are out of range, or not one for each axis")
    }
    var all = [Float](repeating: 1, count: op.extents.count)
    var isExact = true
    for (axis, scale) in zip(axes, scales) {
      let extent = op.extents[axis]
      all[axis] = scale
      if let known = extent.fixedValue {
        let scaled = Float(known) * scale
        op.extents[axis] = .fixed(Int(scaled.rounded(.down)))
        isExact = isExact && scaled == scaled.rounded(.down)
      } else {
        guard let factor = SymbolicNumber(number: Double(scale)) else {
          throw call.unsupported("a scale of \(scale) for sizes that are not known")
        }
        op.extents[axis] = (SymbolicNumber(extent) * factor).floor.numerator
        isExact = isExact && factor.divisor == 1
      }
    }
    // Where extents are exact, the scales follow from them.
    if isExact { return }
    if op.coordinates == .alignCorners {
      throw call.unsupported("aligned corners with a scale that leaves a part of an element")
    }
    op.scales = all
  }
}

extension ONNXCall {
  fileprivate func scales(_ isModern: Bool) throws(ImportError) -> [Float] {
    if let list = try floats("scales") { return list }
    guard let host = try constant(isModern ? 2 : 1, "the scales"), host.count != 0 else {
      throw ImportError(.onnx(.missingInput(isModern ? 2 : 1)))
    }
    return try host.floats("the scales")
  }

  /// How elements are found; older operator sets know one way.
  fileprivate func resizeStyle(_ isModern: Bool) throws(ImportError) -> Resize {
    var op = Resize(extents: [])
    let mode = try text("mode", default: "nearest")
    guard let known = Resize.Mode(rawValue: mode == "bilinear" ? "linear" : mode) else {
      throw ImportError(.onnx(.attribute(name: "mode", expected: "a known mode")))
    }
    op.mode = known
    guard isModern else {
      (op.coordinates, op.rounding) = (.asymmetric, .floor)
      return op
    }
    let rounding = try text("nearest_mode", default: "round_prefer_floor")
    guard let known = Resize.Rounding(rawValue: rounding) else {
      throw ImportError(.onnx(.attribute(name: "nearest_mode", expected: "a known mode")))
    }
    op.rounding = known
    try setCoordinates(of: &op)
    op.cubicCoefficient = try float("cubic_coeff_a", default: -0.75)
    op.excludesOutside = try flag("exclude_outside")
    op.antialiases = try flag("antialias")
    return op
  }

  /// `tf_half_pixel_for_nn` is half an element behind `half_pixel`, so that another rounding finds
  /// the same elements.
  private func setCoordinates(of op: inout Resize) throws(ImportError) {
    let name = try text("coordinate_transformation_mode", default: "half_pixel")
    if let known = Resize.Coordinates(rawValue: name) {
      op.coordinates = known
      return
    }
    switch (name, op.mode, op.rounding) {
    case ("tf_half_pixel_for_nn", .nearest, .preferFloor): op.rounding = .ceil
    case ("tf_half_pixel_for_nn", .nearest, .floor): op.rounding = .preferCeil
    case ("tf_half_pixel_for_nn", _, _):
      throw unsupported("the coordinates \(quoted(name)) with this mode or rounding")
    default: throw unsupported("the coordinates \(quoted(name))")
    }
    op.coordinates = .halfPixel
  }
}
