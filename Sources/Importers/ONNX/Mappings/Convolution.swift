internal import GraphIR

extension ONNXMapping {
  /// Convolutions.
  static let convolution: [ONNXMapping] = [
    ONNXMapping("Conv", remark: "1, 2 and 3 axes") { call, context throws(ImportError) in
      try [context.convolution(call)]
    },
    ONNXMapping("ConvTranspose", remark: "1, 2 and 3 axes") {
      call, context throws(ImportError) in
      try [context.transposedConvolution(call)]
    },
  ]
}

extension ImportContext {
  fileprivate mutating func convolution(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let (x, weight) = (try call.input(0), try call.input(1))
    let axes = x.rank - 2
    guard 1...3 ~= axes, weight.rank == x.rank, let shape = fixed(weight.shape) else {
      throw call.unsupported("a convolution of \(axes) axes")
    }
    var window = try ONNXWindow(call, axes: axes, kernel: Array(shape[2...]))
    try window.resolve(Array(x.shape[2...]))
    let conv = ConvolutionParts(
      weight: weight, shape: shape, bias: call.optional(2),
      groups: try call.integer("group", default: 1), window: window)
    guard conv.groups >= 1, shape[0] % conv.groups == 0 else {
      throw call.invalid("\(conv.groups) groups do not divide \(shape[0]) channels")
    }
    noteLayer(of: weight)
    switch axes {
    case 1:
      let flat = reshaped(try simple(x), [x.shape[0], x.shape[1], 1, x.shape[2]])
      let result = try planar(
        flat, reshaped(weight, [weight.shape[0], weight.shape[1], 1, weight.shape[2]]), conv,
        [nil, 0])
      return reshaped(result, [result.shape[0], result.shape[1], result.shape[3]])
    case 2: return try planar(x, weight, conv, [0, 1])
    default: return try spatial(x, conv)
    }
  }

  func fixed(_ shape: [Dimension]) -> [Int]? { TensorType(.float32, shape).fixedShape }

  /// The layer is what the weight belongs to.
  private mutating func noteLayer(of weight: ImportValue) {
    guard let name = weight.host?.name, name.hasSuffix(".weight") else { return }
    builder.provenance.layer = String(name.dropLast(".weight".count))
  }

  /// A convolution over two axes; what it sees of zeros is left out.
  private mutating func planar(
    _ x: ImportValue, _ weight: ImportValue, _ conv: ConvolutionParts, _ axes: [Int?]
  ) throws(ImportError) -> ImportValue {
    let op = Conv2D(window: conv.window.planar(axes), groups: conv.groups)
    if case .joined(let parts, axis: 1) = x, conv.groups == 1, let host = weight.host {
      return try partial(parts, host, conv, op)
    }
    var operands = [try id(x), try id(weight)]
    if let bias = conv.bias { operands.append(try id(bias)) }
    return value(try apply(.conv2D(op), operands), x.element)
  }

  /// The sum of the convolutions of the parts that are not zeros.
  private mutating func partial(
    _ parts: [ImportValue], _ weight: HostTensor, _ conv: ConvolutionParts, _ op: Conv2D
  ) throws(ImportError) -> ImportValue {
    let channels = parts.compactMap { $0.shape[1].fixedValue }
    guard channels.count == parts.count, channels.reduce(0, +) == conv.shape[1] else {
      throw ImportError(
        .onnx(.invalid("its operands have other channels than the weight")))
    }
    let tensor = Tensor(shape: conv.shape, elements: try weight.floats("the weight"))
    var sum: ImportValue?
    var end = 0
    for (part, count) in zip(parts, channels) {
      end += count
      if part.isZero { continue }
      // Named as the passes name the same part where nothing is left out, which makes them one.
      let stem = (weight.name ?? "weight") + ".in\(end - count)_\(end)"
      var operands = [
        try id(part), self.weight(tensor.inputChannels(end - count..<end), named: stem),
      ]
      if sum == nil, let bias = conv.bias { operands.append(try id(bias)) }
      let term = value(try apply(.conv2D(op), operands), part.element)
      if let before = sum { sum = try pointwise(.add, [before, term]) } else { sum = term }
    }
    guard let sum else { throw ImportError(.onnx(.unsupported("a convolution of zeros"))) }
    return sum
  }

  /// A convolution over three axes: the sum over the kernel's depth of convolutions of the other
  /// two, for which depth is part of the batch.
  mutating func spatial(_ x: ImportValue, _ conv: ConvolutionParts) throws(ImportError)
    -> ImportValue
  {
    let window = conv.window
    var zeros = [Dimension](repeating: 0, count: 5)
    zeros[2] = .fixed(window.low[0])
    var behind = [Dimension](repeating: 0, count: 5)
    behind[2] = .fixed(window.high[0])
    let padded = try apply(.pad(Pad(low: zeros, high: behind)), [try id(x)])
    let input = try apply(.transpose(Transpose([0, 2, 1, 3, 4])), [padded])
    let shape = type(input).shape
    let depth = shape[1].scaled(
      plus: window.strides[0] - window.reach(0), over: window.strides[0])
    let weight = try id(conv.weight)
    var sum: ValueID?
    for plane in 0..<window.kernel[0] {
      let cut = Slice.Cut(
        axis: 1, start: .fixed(plane * window.dilations[0]), extent: depth,
        step: window.strides[0])
      let slice = try apply(.slice(Slice([cut])), [input])
      let image = try apply(
        .reshape(Reshape([shape[0] * depth, shape[2], shape[3], shape[4]])), [slice])
      let part = try apply(.slice(Slice(axis: 2, start: plane, end: plane + 1)), [weight])
      let kernel = try apply(
        .reshape(Reshape((conv.shape[..<2] + conv.shape[3...]).map(Dimension.fixed))), [part])
      var operands = [image, kernel]
      if sum == nil, let bias = conv.bias { operands.append(try id(bias)) }
      let op = Conv2D(window: window.planar([1, 2]), groups: conv.groups)
      let term = try apply(.conv2D(op), operands)
      if let before = sum { sum = try apply(.add, before, term) } else { sum = term }
    }
    guard let sum else { throw ImportError(.onnx(.invalid("its kernel is empty"))) }
    let result = type(sum).shape
    let split = try apply(
      .reshape(Reshape([shape[0], depth] + Array(result[1...]))), [sum])
    return value(try apply(.transpose(Transpose([0, 2, 1, 3, 4])), [split]), x.element)
  }
}

/// What a convolution is made of, besides its input.
struct ConvolutionParts {
  var weight: ImportValue
  var shape: [Int]
  var bias: ImportValue?
  var groups: Int
  var window: ONNXWindow
}
