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
    guard 1...3 ~= axes, weight.rank == x.rank else {
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
    let kernel = try phaseKernel(try id(weight), plan)
    var result = try interleaved(try phases(x, kernel, plan), plan)
    let cuts = plan.axes.map {
      Slice.Cut(axis: $0 + 2, start: .fixed(plan.low[$0]), extent: plan.extents[$0])
    }
    .filter { $0.start != 0 || $0.extent != type(result).shape[$0.axis] }
    if !cuts.isEmpty { result = try apply(.slice(Slice(cuts)), [result]) }
    var output = value(result, x.element)
    if let bias = call.optional(2) {
      guard bias.rank == 1 else {
        throw call.invalid("its bias has the shape \(bias.shape)")
      }
      let ones = plan.axes.map { _ in Dimension.fixed(1) }
      output = try pointwise(.add, [output, reshaped(bias, [1, bias.shape[0]] + ones)])
    }
    guard axes == 1 else { return output }
    return reshaped(output, [output.shape[0], output.shape[1], output.shape[3]])
  }

  /// Every phase as channels of an image, or of a volume.
  private mutating func phases(_ x: ImportValue, _ kernel: ValueID, _ plan: TransposedPlan)
    throws(ImportError) -> ValueID
  {
    guard plan.axes.count == 3 else {
      return try apply(
        .conv2D(Conv2D(window: plan.window.planar([0, 1]), groups: plan.groups)),
        [try id(x), kernel])
    }
    let weight = value(kernel, x.element)
    let conv = ConvolutionParts(
      weight: weight, shape: fixed(weight.shape) ?? [], bias: nil, groups: plan.groups,
      window: plan.window)
    return try id(try spatial(x, conv))
  }

  /// The weight `[C, K/g, R, S]` as `[K·sh·sw, C/g, Mh, Mw]`, one kernel for each phase; the same
  /// with another axis.
  private mutating func phaseKernel(_ weight: ValueID, _ plan: TransposedPlan)
    throws(ImportError) -> ValueID
  {
    var kernel = weight
    let (inputs, outputs) = (plan.shape[0], plan.shape[1])
    if plan.dilations.contains(where: { $0 != 1 }) {
      // Zeros between the elements.
      let extents = plan.shape[2...]
      kernel = try reshape(kernel, [inputs, outputs] + extents.flatMap { [$0, 1] })
      kernel = try pad(kernel, [0, 0] + plan.dilations.flatMap { [0, $0 - 1] })
      kernel = try reshape(
        kernel, [inputs, outputs] + zip(extents, plan.dilations).map { $0 * $1 })
      let cuts = plan.axes.map {
        Slice.Cut(axis: $0 + 2, start: 0, extent: .fixed(plan.reach[$0]))
      }
      kernel = try apply(.slice(Slice(cuts)), [kernel])
    }
    let (taps, strides) = (plan.taps, plan.strides)
    kernel = try pad(kernel, [0, 0] + plan.axes.map { taps[$0] * strides[$0] - plan.reach[$0] })
    let own = inputs / plan.groups
    kernel = try reshape(
      kernel, [plan.groups, own, outputs] + plan.axes.flatMap { [taps[$0], strides[$0]] })
    let backwards = plan.axes.filter { taps[$0] > 1 }.map { axis in
      let count = taps[axis]
      return Slice.Cut(
        axis: 2 * axis + 3, start: .fixed(count - 1), extent: .fixed(count), step: -1)
    }
    if !backwards.isEmpty { kernel = try apply(.slice(Slice(backwards)), [kernel]) }
    let order = [0, 2] + plan.axes.map { 2 * $0 + 4 } + [1] + plan.axes.map { 2 * $0 + 3 }
    kernel = try apply(.transpose(Transpose(order)), [kernel])
    return try reshape(
      kernel, [strides.reduce(plan.groups * outputs, *), own] + taps)
  }

  /// Channels of phases as blocks of pixels.
  private mutating func interleaved(_ blocks: ValueID, _ plan: TransposedPlan)
    throws(ImportError) -> ValueID
  {
    let strides = plan.strides
    if strides.allSatisfy({ $0 == 1 }) { return blocks }
    if plan.axes.count == 2, strides[0] == strides[1] {
      return try apply(.depthToSpace(DepthToSpace(block: strides[0])), [blocks])
    }
    let shape = type(blocks).shape
    let front = [shape[0], .fixed(plan.shape[1] * plan.groups)]
    let inner = strides.map(Dimension.fixed)
    let split = try apply(.reshape(Reshape(front + inner + shape[2...])), [blocks])
    let count = plan.axes.count
    let order = [0, 1] + plan.axes.flatMap { [$0 + 2 + count, $0 + 2] }
    let mixed = try apply(.transpose(Transpose(order)), [split])
    return try apply(.reshape(Reshape(front + zip(shape[2...], inner).map { $0 * $1 })), [mixed])
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

/// The numbers of a transposed convolution over rows and columns, or over depth as well.
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
  let window: ONNXWindow
  /// Results to leave out in front.
  let low: [Int]
  /// Results to keep.
  let extents: [Dimension]

  /// The axes that kernels move along, without batch and channels.
  var axes: Range<Int> { shape.indices.dropLast(2) }

  /// - Parameter isLine: Whether the first of two axes is none of the model.
  init(_ call: ONNXCall, input: [Dimension], weight: [Int], isLine: Bool) throws(ImportError) {
    let axes = 0..<weight.count - 2
    let given = isLine ? 1 : axes.count
    let source = try ONNXWindow(call, axes: given, kernel: Array(weight.suffix(given)))
    func whole(_ list: [Int], _ neutral: Int) -> [Int] { isLine ? [neutral] + list : list }
    shape = weight
    groups = try call.integer("group", default: 1)
    guard groups >= 1, weight[0] % groups == 0 else {
      throw call.invalid("\(groups) groups do not divide \(weight[0]) channels")
    }
    let strides = whole(source.strides, 1)
    let dilations = whole(source.dilations, 1)
    let reach = axes.map { dilations[$0] * (weight[$0 + 2] - 1) + 1 }
    let taps = axes.map { reach[$0].ceiledQuotient(strides[$0]) }
    let none = [Int](repeating: 0, count: given)
    var extra = whole(try call.integers("output_padding") ?? none, 0)
    let wanted = try call.integers("output_shape").map { whole(Array($0.suffix(given)), 1) }
    var (low, high) = (whole(source.low, 0), whole(source.high, 0))
    guard extra.count == axes.count, wanted?.count ?? axes.count == axes.count,
      extra.allSatisfy({ 0...(1 << 20) ~= $0 })
    else { throw call.invalid("its output padding or shape is out of range") }
    var extents: [Dimension] = []
    for axis in axes {
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
    let spare = axes.map {
      max(0, (reach[$0] + extra[$0] - taps[$0] * strides[$0]).ceiledQuotient(strides[$0]))
    }
    (self.strides, self.dilations, self.reach, self.taps) = (strides, dilations, reach, taps)
    (self.low, self.extents) = (low, extents)
    window = ONNXWindow(
      kernel: taps, low: taps.map { $0 - 1 }, high: axes.map { taps[$0] - 1 + spare[$0] })
  }
}
