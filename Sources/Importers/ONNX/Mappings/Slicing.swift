internal import GraphIR

extension ONNXMapping {
  /// Parts of tensors, and margins around them.
  static let slicing: [ONNXMapping] = [
    ONNXMapping("Slice") { call, context throws(ImportError) in try [context.slice(call)] },
    ONNXMapping("Split") { call, context throws(ImportError) in try context.split(call) },
    ONNXMapping("Pad") { call, context throws(ImportError) in try [context.pad(call)] },
  ]
}

extension ImportContext {
  fileprivate mutating func slice(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try call.input(0)
    let bounds = try call.sliceBounds()
    let list = bounds.axes ?? Array(bounds.starts.indices)
    guard bounds.starts.count == bounds.ends.count, bounds.starts.count == list.count,
      bounds.steps.map({ $0.count == list.count }) ?? true
    else { throw call.invalid("its starts, ends, axes and steps differ in number") }
    var cuts: [Slice.Cut] = []
    for index in list.indices {
      let axis = try ONNXCall.axis(list[index], of: x.rank)
      guard !cuts.contains(where: { $0.axis == axis }) else {
        throw call.invalid("axis \(axis) is cut twice")
      }
      let step = bounds.steps?[index] ?? 1
      guard step != 0, step.magnitude <= 1 << 31 || x.shape[axis].fixedValue != nil else {
        throw call.invalid("its step is \(step)")
      }
      cuts.append(
        Self.cut(axis, x.shape[axis], bounds.starts[index], bounds.ends[index], step))
    }
    return try slice(x, cuts)
  }

  fileprivate mutating func split(_ call: ONNXCall) throws(ImportError) -> [ImportValue] {
    let x = try call.input(0)
    let axis = try call.axis("axis", of: x.rank, default: 0)
    var sizes: [Dimension]
    if let list = try call.integers("split") {
      sizes = list.map(Dimension.fixed)
    } else if let host = try call.constant(1, "the sizes of the parts") {
      sizes = try host.extents("the sizes of the parts")
    } else {
      let count =
        call.has("num_outputs") ? try call.integer("num_outputs") : call.node.outputs.count
      guard let extent = x.shape[axis].fixedValue, 1...(1 << 16) ~= count else {
        throw call.unsupported("parts of an extent that is not known")
      }
      let size = extent.ceiledQuotient(count)
      sizes = (0..<count).map { .fixed(max(min(size, extent - $0 * size), 0)) }
    }
    guard sizes.reduce(0, +) == x.shape[axis], sizes.allSatisfy({ ($0.fixedValue ?? 0) >= 0 })
    else { throw call.invalid("its parts do not add up to the extent of axis \(axis)") }
    var parts: [ImportValue] = []
    var start: Dimension = 0
    for size in sizes {
      parts.append(try slice(x, [Slice.Cut(axis: axis, start: start, extent: size)]))
      start = start + size
    }
    return parts
  }

  /// Margins are attributes before opset 11 and inputs from then on.
  fileprivate mutating func pad(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try call.input(0)
    let modeName = try call.text("mode", default: "constant")
    guard let mode = Pad.Mode(rawValue: modeName) else {
      throw ImportError(.onnx(.attribute(name: "mode", expected: "a known mode")))
    }
    let name = call.has("paddings") ? "paddings" : "pads"
    var pads = try call.integers(name)?.map(Dimension.fixed)
    if let host = try call.constant(1, "the margins") { pads = try host.extents("the margins") }
    guard let pads else { throw ImportError(.onnx(.missingInput(1))) }
    var number = try call.float("value", default: 0)
    if let host = try call.constant(2, "what is added") {
      number = try host.floats("what is added").first ?? 0
    }
    var axes = Array(0..<x.rank)
    if let host = try call.constant(3, "the list of axes") {
      axes = try host.integers("the list of axes")
    }
    guard pads.count == 2 * axes.count else {
      throw call.invalid("it has \(pads.count) margins for \(axes.count) axes")
    }
    var low = [Dimension](repeating: 0, count: x.rank)
    var high = low
    for (index, axis) in axes.enumerated() {
      let axis = try ONNXCall.axis(axis, of: x.rank)
      (low[axis], high[axis]) = (pads[index], pads[index + axes.count])
    }
    return try pad(x, Pad(low: low, high: high, mode: mode, value: mode == .constant ? number : 0))
  }

  /// The value with margins around it.
  mutating func pad(_ x: ImportValue, _ op: Pad) throws(ImportError) -> ImportValue {
    var x = x
    var op = op
    if op.mode == .wrap { try cutMargins(&x, &op) }
    if op.mode == .wrap || op.mode == .reflect { try padWholly(&x, &op) }
    if (op.low + op.high).allSatisfy({ $0 == 0 }) { return x }
    return value(try apply(.pad(op), [try id(x)]), x.element)
  }

  /// Takes away at one end of an axis before something is added at the other: only what is left
  /// is repeated.
  private mutating func cutMargins(_ x: inout ImportValue, _ op: inout Pad) throws(ImportError) {
    func taken(_ margin: Dimension) -> Dimension {
      (margin.fixedValue ?? 0) < 0 ? 0 - margin : 0
    }
    var cuts: [Slice.Cut] = []
    for axis in x.shape.indices {
      let (first, last) = (taken(op.low[axis]), taken(op.high[axis]))
      if (first == 0) == (last == 0) { continue }
      let extent = x.shape[axis] - first - last
      guard (extent.fixedValue ?? 0) >= 0 else {
        throw ImportError(.onnx(.invalid("its margins take away more than there is")))
      }
      cuts.append(Slice.Cut(axis: axis, start: first, extent: extent))
      op.low[axis] = op.low[axis] + first
      op.high[axis] = op.high[axis] + last
    }
    if !cuts.isEmpty { x = try slice(x, cuts) }
  }

  /// Adds all that an axis has, as often as margins are wider than that: both modes go on with
  /// what they have added.
  private mutating func padWholly(_ x: inout ImportValue, _ op: inout Pad) throws(ImportError) {
    while true {
      let none = [Dimension](repeating: 0, count: x.rank)
      var step = Pad(low: none, high: none, mode: op.mode)
      for axis in x.shape.indices {
        guard let extent = x.shape[axis].fixedValue else { continue }
        let available = op.mode == .wrap ? extent : extent - 1
        let isLow = (op.low[axis].fixedValue ?? 0) > available
        let isHigh = (op.high[axis].fixedValue ?? 0) > available
        if !isLow && !isHigh { continue }
        guard available > 0 else {
          throw ImportError(.onnx(.unsupported("padding an axis that has nothing to repeat")))
        }
        if isLow { step.low[axis] = .fixed(available) }
        if isHigh { step.high[axis] = .fixed(available) }
      }
      if step.low == none && step.high == none { return }
      x = value(try apply(.pad(step), [try id(x)]), x.element)
      op.low = zip(op.low, step.low).map { $0 - $1 }
      op.high = zip(op.high, step.high).map { $0 - $1 }
    }
  }
}

extension ONNXCall {
  /// Bounds are attributes before opset 10 and inputs from then on.
  fileprivate func sliceBounds() throws(ImportError) -> (
    starts: [Dimension], ends: [Dimension], axes: [Int]?, steps: [Int]?
  ) {
    if let starts = try integers("starts"), let ends = try integers("ends") {
      return (
        starts.map(Dimension.fixed), ends.map(Dimension.fixed), try integers("axes"), nil
      )
    }
    guard let starts = try constant(1, "where a slice begins"),
      let ends = try constant(2, "where a slice ends")
    else { throw ImportError(.onnx(.missingInput(1))) }
    return (
      try starts.extents("where a slice begins"), try ends.extents("where a slice ends"),
      try constant(3, "the list of axes")?.integers("the list of axes"),
      try constant(4, "the steps")?.integers("the steps")
    )
  }
}
