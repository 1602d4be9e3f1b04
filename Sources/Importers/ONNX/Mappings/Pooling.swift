internal import GraphIR

extension ONNXMapping {
  /// The largest elements and means of windows.
  static let pooling: [ONNXMapping] = [
    ONNXMapping("MaxPool", remark: "1, 2 and 3 axes") {
      call, context throws(ImportError) in
      let largest = try context.pool(call, .maximum)
      guard call.node.outputs.count > 1, call.node.outputs[1] != "" else { return [largest] }
      return [largest, try context.flatPlaces(call)]
    },
    ONNXMapping("MaxUnpool", since: 9, remark: "1, 2 and 3 axes") {
      call, context throws(ImportError) in
      try [context.unpool(call)]
    },
    ONNXMapping("AveragePool", remark: "1, 2 and 3 axes") { call, context throws(ImportError) in
      try [context.pool(call, .average)]
    },
    ONNXMapping("GlobalAveragePool") { call, context throws(ImportError) in
      let x = try call.input(0)
      return try [context.reduce(.mean, x, Array(2..<max(x.rank, 2)), keepsDimensions: true)]
    },
    ONNXMapping("GlobalMaxPool") { call, context throws(ImportError) in
      let x = try call.input(0)
      return try [context.reduce(.maximum, x, Array(2..<max(x.rank, 2)), keepsDimensions: true)]
    },
  ]
}

extension ImportContext {
  mutating func pool(_ call: ONNXCall, _ kind: Pool2D.Kind) throws(ImportError)
    -> ImportValue
  {
    let x = try simple(try call.input(0))
    let shape = x.shape
    guard 3...5 ~= x.rank else { throw call.unsupported("pooling over \(x.rank - 2) axes") }
    let windows = try PoolWindows(call, Array(shape[2...]))
    if x.rank == 4 { return try pool(x, windows.op(kind, [0, 1])) }
    if x.rank == 3 {
      let flat = reshaped(x, [shape[0], shape[1], 1, shape[2]])
      let result = try pool(flat, windows.op(kind, [nil, 0]))
      return reshaped(result, [shape[0], shape[1], result.shape[3]])
    }
    // Windows of three axes are windows of two of them, and then of the third.
    let planes = reshaped(x, [shape[0], shape[1] * shape[2], shape[3], shape[4]])
    let inner = try pool(planes, windows.op(kind == .place ? .maximum : kind, [1, 2]))
    let plane = Array(inner.shape[2...])
    let stack = reshaped(inner, Array(shape[..<3]) + [.product(plane)])
    var result = try pool(stack, windows.op(kind, [0, nil]))
    if kind == .place {
      let places = try pool(planes, windows.op(.place, [1, 2]))
      result = try volumePlaces(result, in: stack.shape, places, .product(shape[3...]))
    }
    return reshaped(result, Array(result.shape[..<3]) + plane)
  }

  private mutating func pool(_ x: ImportValue, _ op: Op) throws(ImportError) -> ImportValue {
    value(try apply(op, [try id(x)]), x.element)
  }

  /// Where maxima of volumes lie.
  ///
  /// - Parameters:
  ///   - stacked: Which of the planes has each of them, in maxima of planes of the shape
  ///     `[N, C, D, L]`: their places `d · L + l`.
  ///   - places: Where those lie in planes of `size` elements.
  private mutating func volumePlaces(
    _ stacked: ImportValue, in shape: [Dimension], _ places: ImportValue, _ size: Dimension
  ) throws(ImportError) -> ImportValue {
    let plane = try pointwise(
      .floor, [try pointwise(.divide, [stacked, .extent(shape[3])])])
    var index = stacked
    if let starts = try planeStarts(shape) { index = try pointwise(.add, [index, starts]) }
    let place = try gather(reshaped(places, [.product(shape)]), index, axis: 0)
    return try pointwise(.add, [try pointwise(.multiply, [plane, .extent(size)]), place])
  }
}

/// The windows of a pool over one to three axes.
private struct PoolWindows {
  let window: ONNXWindow
  let includesPadding: Bool
  let roundsUp: Bool

  init(_ call: ONNXCall, _ extents: [Dimension]) throws(ImportError) {
    var window = try ONNXWindow(call, axes: extents.count, kernel: nil)
    try window.resolve(extents)
    self.window = window
    includesPadding = try call.flag("count_include_pad")
    roundsUp = try call.flag("ceil_mode")
  }

  /// Pools two of the axes, or one where the other is nil.
  func op(_ kind: Pool2D.Kind, _ axes: [Int?]) -> Op {
    .pool2D(
      Pool2D(
        kind, kernel: window.planarKernel(axes), window: window.planar(axes),
        includesPadding: includesPadding, roundsUp: roundsUp))
  }
}
