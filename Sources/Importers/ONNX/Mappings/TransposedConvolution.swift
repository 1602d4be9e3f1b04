internal import GraphIR

extension ImportContext {
  /// A transposed convolution as a convolution of stride 1 that computes, for each element of the
  /// input, the block of results that a stride puts in its place.
  ///
  /// Of kernel `k` and stride `s`, result `s·q + r` sums `x[q − m] · w[r + s·m]` over `m`: phase `r`
  /// has a kernel of every `s`-th element, read backwards.
  mutating func transposedConvolution(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    var (x, weight) = (try simple(try call.input(0)), try call.input(1))
    let axes = x.rank - 2
    guard 1...2 ~= axes, weight.rank == x.rank else {
      throw call.unsupported("a transposed convolution of \(axes) axes")
    }
    if axes == 1 {
      x = reshaped(x, [x.shape[0], x.shape[1], 1, x.shape[2]])
      weight = reshaped(weight, [weight.shape[0], weight.shape[1], 1, weight.shape[2]])
    }
    guard let shape = fixed(weight.shape) else {
      throw ImportError(.onnx(.needsConstant(what: "the shape of the weight")))
    }
    let plan = try TransposedPlan(call, input: x.shape, weight: shape, isLine: axes == 1)
    let blocks = try apply(
      .conv2D(Conv2D(window: plan.window, groups: plan.groups)),
      [try id(x), try phaseKernel(try id(weight), plan)])
    var result = try interleaved(blocks, plan)
    let cuts = (0..<2).map {
      Slice.Cut(axis: $0 + 2, start: .fixed(plan.low[$0]), extent: plan.extents[$0])
    }
    .filter { $0.start != 0 || $0.extent != type(result).shape[$0.axis] }
    if !cuts.isEmpty { result = try apply(.slice(Slice(cuts)), [result]) }
    var output = value(result, x.element)
    if let bias = call.optional(2) {
      output = try pointwise(.add, [output, reshaped(bias, [1, bias.shape[0], 1, 1])])
    }
    guard axes == 1 else { return output }
    return reshaped(output, [output.shape[0], output.shape[1], output.shape[3]])
  }

  /// The weight `[C, K/g, R, S]` as `[K·sh·sw, C/g, Mh, Mw]`, one kernel for each phase.
  private mutating func phaseKernel(_ weight: ValueID, _ plan: TransposedPlan)
    throws(ImportError) -> ValueID
  {
    var kernel = weight
    let (inputs, outputs) = (plan.shape[0], plan.shape[1])
    if plan.dilations != [1, 1] {
      // Zeros between the elements.
      let (rows, columns) = (plan.shape[2], plan.shape[3])
      kernel = try reshape(kernel, [inputs, outputs, rows, 1, columns, 1])
      let between = [0, 0, 0, plan.dilations[0] - 1, 0, plan.dilations[1] - 1]
      kernel = try pad(kernel, between)
      kernel = try reshape(
        kernel, [inputs, outputs, rows * plan.dilations[0], columns * plan.dilations[1]])
      kernel = try apply(
        .slice(
          Slice(
            (0..<2).map {
              Slice.Cut(axis: $0 + 2, start: 0, extent: .fixed(plan.reach[$0]))
            })), [kernel])
    }
    let (taps, strides) = (plan.taps, plan.strides)
    kernel = try pad(
      kernel, [0, 0] + (0..<2).map { taps[$0] * strides[$0] - plan.reach[$0] })
    let own = inputs / plan.groups
    kernel = try reshape(
      kernel, [plan.groups, own, outputs, taps[0], strides[0], taps[1], strides[1]])
    let backwards = [(3, taps[0]), (5, taps[1])].filter { $0.1 > 1 }.map { axis, count in
      Slice.Cut(axis: axis, start: .fixed(count - 1), extent: .fixed(count), step: -1)
    }
    if !backwards.isEmpty { kernel = try apply(.slice(Slice(backwards)), [kernel]) }
    kernel = try apply(.transpose(Transpose([0, 2, 4, 6, 1, 3, 5])), [kernel])
    return try reshape(
      kernel,
      [plan.groups * outputs * strides[0] * strides[1], own, taps[0], taps[1]])
  }

  /// Channels of phases as blocks of pixels.
  private mutating func interleaved(_ blocks: ValueID, _ plan: TransposedPlan)
    throws(ImportError) -> ValueID
  {
    let strides = plan.strides
    if strides == [1, 1] { return blocks }
    if strides[0] == strides[1] {
      return try apply(.depthToSpace(DepthToSpace(block: strides[0])), [blocks])
    }
    let shape = type(blocks).shape
    let channels = Dimension.fixed(plan.shape[1] * plan.groups)
    let (rows, columns) = (Dimension.fixed(strides[0]), Dimension.fixed(strides[1]))
    let split = try apply(
      .reshape(Reshape([shape[0], channels, rows, columns, shape[2], shape[3]])), [blocks])
    let mixed = try apply(.transpose(Transpose([0, 1, 4, 2, 5, 3])), [split])
    return try apply(
      .reshape(Reshape([shape[0], channels, shape[2] * rows, shape[3] * columns])), [mixed])
  }

  private mutating func reshape(_ value: ValueID, _ shape: [Int]) throws(ImportError) -> ValueID {
    try apply(.reshape(Reshape(shape.map(Dimension.fixed))), [value])
  }

  private mutating func pad(_ value: ValueID, _ high: [Int]) throws(ImportError) -> ValueID {
    guard high.contains(where: { $0 != 0 }) else { return value }
    return try apply(
      .pad(Pad(low: high.map { _ in 0 }, high: high.map(Dimension.fixed))), [value])
  }
}

/// The numbers of a transposed convolution over rows and columns.
private struct TransposedPlan {
  /// Of the weight: `[C, K/g, R, S]`.
  let shape: [Int]
  let groups: Int
  let strides: [Int]
  let dilations: [Int]
  /// Elements that the kernel spans.
  let reach: [Int]
  /// Elements of the kernel of one phase.
  let taps: [Int]
  /// How the kernels of phases move.
  let window: Window
  /// Results to leave out in front.
  let low: [Int]
  /// Results to keep.
  let extents: [Dimension]

  init(_ call: ONNXCall, input: [Dimension], weight: [Int], isLine: Bool) throws(ImportError) {
    let axes = isLine ? 1 : 2
    let source = try ONNXWindow(call, axes: axes, kernel: Array(weight[(4 - axes)...]))
    func planar(_ list: [Int], _ neutral: Int) -> [Int] { isLine ? [neutral] + list : list }
    shape = weight
    groups = try call.integer("group", default: 1)
    guard groups >= 1, weight[0] % groups == 0 else {
      throw call.invalid("\(groups) groups do not divide \(weight[0]) channels")
    }
    let strides = planar(source.strides, 1)
    let dilations = planar(source.dilations, 1)
    let reach = (0..<2).map { dilations[$0] * (weight[$0 + 2] - 1) + 1 }
    let taps = (0..<2).map { reach[$0].ceiledQuotient(strides[$0]) }
    let none = [Int](repeating: 0, count: axes)
    var extra = planar(try call.integers("output_padding") ?? none, 0)
    let wanted = try call.integers("output_shape").map { planar(Array($0.suffix(axes)), 1) }
    var (low, high) = (planar(source.low, 0), planar(source.high, 0))
    guard extra.count == 2, low.count == 2, wanted?.count ?? 2 == 2,
      extra.allSatisfy({ 0...(1 << 20) ~= $0 })
    else { throw call.invalid("its output padding or shape is out of range") }
    var extents: [Dimension] = []
    for axis in 0..<2 {
      // What the input makes without padding.
      let full = (input[axis + 2] - 1) * .fixed(strides[axis]) + .fixed(extra[axis] + reach[axis])
      var target: Dimension? = wanted.map { .fixed($0[axis]) }
      if target == nil, source.automatic != nil {
        target = input[axis + 2] * .fixed(strides[axis])
      }
      if let target {
        guard let total = (full - target).fixedValue, abs(total) <= 1 << 20 else {
          throw call.unsupported("a fixed result for sizes that are not known")
        }
        extra[axis] += max(-total, 0)
        let margin = max(total, 0)
        low[axis] = source.automatic == .sameUpper ? margin / 2 : margin - margin / 2
        high[axis] = margin - low[axis]
      }
      extents.append(
        (input[axis + 2] - 1) * .fixed(strides[axis])
          + .fixed(extra[axis] + reach[axis] - low[axis] - high[axis]))
    }
    let spare = (0..<2).map {
      max(0, (reach[$0] + extra[$0] - taps[$0] * strides[$0]).ceiledQuotient(strides[$0]))
    }
    (self.strides, self.dilations, self.reach, self.taps) = (strides, dilations, reach, taps)
    (self.low, self.extents) = (low, extents)
    window = Window(
      padding: [taps[0] - 1, taps[1] - 1, taps[0] - 1 + spare[0], taps[1] - 1 + spare[1]])
  }
}
