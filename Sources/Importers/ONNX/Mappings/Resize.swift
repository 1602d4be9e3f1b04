internal import GraphIR

extension ONNXMapping {
  /// Sampling at other distances.
  static let resize: [ONNXMapping] = [
    ONNXMapping("Resize", since: 10, remark: "without tf_crop_and_resize") {
      call, context throws(ImportError) in
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
    } else {
      try setScales(try call.scales(isModern), axes, of: &op, call)
    }
    if op.extents == x.shape && op.scales.isEmpty { return x }
    return value(try apply(.resize(op), [try id(x)]), x.element)
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
    let coordinates = try text("coordinate_transformation_mode", default: "half_pixel")
    guard let place = Resize.Coordinates(rawValue: coordinates) else {
      throw unsupported("the coordinates \(quoted(coordinates))")
    }
    op.coordinates = place
    let rounding = try text("nearest_mode", default: "round_prefer_floor")
    guard let known = Resize.Rounding(rawValue: rounding) else {
      throw ImportError(.onnx(.attribute(name: "nearest_mode", expected: "a known mode")))
    }
    op.rounding = known
    op.cubicCoefficient = try float("cubic_coeff_a", default: -0.75)
    op.excludesOutside = try flag("exclude_outside")
    op.antialiases = try flag("antialias")
    return op
  }
}
