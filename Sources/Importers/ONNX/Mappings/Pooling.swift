internal import GraphIR

extension ONNXMapping {
  /// The largest elements and means of windows.
  static let pooling: [ONNXMapping] = [
    ONNXMapping("MaxPool", remark: "1, 2 and 3 axes; indices of 1 and 2") {
      call, context throws(ImportError) in
      let largest = try context.pool(call, .maximum)
      guard call.node.outputs.count > 1, call.node.outputs[1] != "" else { return [largest] }
      return [largest, try context.flatPlaces(call)]
    },
    ONNXMapping("MaxUnpool", since: 9, remark: "1 and 2 axes") {
      call, context throws(ImportError) in
      try [context.unpool(call)]
    },
    ONNXMapping("ScatterElements", since: 11, remark: "into zeros, along the last axis") {
      call, context throws(ImportError) in
      try [context.scatter(call)]
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
    let axes = x.rank - 2
    guard 1...(kind == .place ? 2 : 3) ~= axes else {
      let part = kind == .place ? "the indices of " : ""
      throw call.unsupported("\(part)pooling over \(axes) axes")
    }
    var window = try ONNXWindow(call, axes: axes, kernel: nil)
    try window.resolve(Array(x.shape[2...]))
    let includesPadding = try call.flag("count_include_pad")
    let roundsUp = try call.flag("ceil_mode")
    func op(_ axes: [Int?]) -> Op {
      .pool2D(
        Pool2D(
          kind, kernel: window.planarKernel(axes), window: window.planar(axes),
          includesPadding: includesPadding, roundsUp: roundsUp))
    }
    let shape = x.shape
    switch axes {
    case 1:
      let flat = reshaped(x, [shape[0], shape[1], 1, shape[2]])
      let result = value(try apply(op([nil, 0]), [try id(flat)]), x.element)
      return reshaped(result, [shape[0], shape[1], result.shape[3]])
    case 2: return value(try apply(op([0, 1]), [try id(x)]), x.element)
    default:
      // Windows of three axes are windows of two of them, and then of the third.
      let planes = reshaped(x, [shape[0], shape[1] * shape[2], shape[3], shape[4]])
      let inner = value(try apply(op([1, 2]), [try id(planes)]), x.element)
      let (rows, columns) = (inner.shape[2], inner.shape[3])
      let stack = reshaped(inner, [shape[0], shape[1], shape[2], rows * columns])
      let result = value(try apply(op([0, nil]), [try id(stack)]), x.element)
      return reshaped(result, [shape[0], shape[1], result.shape[2], rows, columns])
    }
  }
}
