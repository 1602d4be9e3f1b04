internal import GraphIR

extension ONNXMapping {
  /// Normalizations, wired from means and pointwise functions.
  static let normalization: [ONNXMapping] = [
    ONNXMapping("BatchNormalization", remark: "inference only") {
      call, context throws(ImportError) in
      try [context.batchNormalization(call)]
    },
    ONNXMapping("InstanceNormalization") { call, context throws(ImportError) in
      let x = try call.input(0)
      guard x.rank >= 3 else { throw call.invalid("its operand has \(x.rank) axes") }
      let parts = try context.normalized(
        x, Array(2..<x.rank), try call.float("epsilon", default: 1e-5))
      return try [
        context.scaled(parts.result, call.input(1), call.input(2), axis: 1)
      ]
    },
    ONNXMapping("LayerNormalization", since: 17) { call, context throws(ImportError) in
      let x = try call.input(0)
      let axis = try call.axis("axis", of: x.rank, default: -1)
      let parts = try context.normalized(
        x, Array(axis..<x.rank), try call.float("epsilon", default: 1e-5))
      var result = try context.product([parts.result, call.input(1)])
      if let bias = call.optional(2) { result = try context.sum([result, bias]) }
      return [result, parts.mean, parts.scale]
    },
    ONNXMapping("GroupNormalization", since: 18) { call, context throws(ImportError) in
      try [context.groupNormalization(call)]
    },
    ONNXMapping("RMSNormalization", since: 23) { call, context throws(ImportError) in
      let x = try call.input(0)
      let axis = try call.axis("axis", of: x.rank, default: -1)
      let square = try context.pointwise(.multiply, [x, x])
      let mean = try context.reduce(
        .mean, square, Array(axis..<x.rank), keepsDimensions: true)
      let scale = try context.inverseRoot(mean, try call.float("epsilon", default: 1e-5))
      return try [
        context.product([try context.pointwise(.multiply, [x, scale]), call.input(1)])
      ]
    },
  ]
}

extension ImportContext {
  /// A scale and a shift for each channel; they are constants of a trained network.
  fileprivate mutating func batchNormalization(_ call: ONNXCall) throws(ImportError) -> ImportValue
  {
    if try call.flag("training_mode") { throw call.unsupported("normalization while training") }
    let x = try call.input(0)
    guard x.rank >= 2 else { throw call.invalid("its operand has \(x.rank) axes") }
    let epsilon = try call.float("epsilon", default: 1e-5)
    let (scale, bias, mean) = (try call.input(1), try call.input(2), try call.input(3))
    let deviation = try inverseRoot(try call.input(4), epsilon)
    let factor = try product([scale, deviation])
    let shift = try difference([bias, try product([mean, factor])])
    if try call.flag("spatial", default: true) { return try scaled(x, factor, shift, axis: 1) }
    // Before opset 9 every element of a sample may have numbers of its own.
    guard factor.rank == x.rank - 1, shift.rank == x.rank - 1 else {
      throw call.unsupported("normalization of every element by itself with lists")
    }
    let result = try sum([try product([x, factor]), shift])
    guard result.shape == x.shape else {
      throw call.invalid("its scale or bias has another shape than its operand")
    }
    return result
  }

  /// `1 / √(x + ε)`, computed now where `x` is known.
  mutating func inverseRoot(_ x: ImportValue, _ epsilon: Float) throws(ImportError)
    -> ImportValue
  {
    if let host = x.host {
      return .host(
        try host.mapped(integers: { $0 }, floats: { 1 / ($0 + epsilon).squareRoot() }))
    }
    let root = try pointwise(.squareRoot, [try pointwise(.add, [x, .number(epsilon)])])
    return try pointwise(.reciprocal, [root])
  }

  /// `x · scale + bias`, with a number of each for every element of an axis.
  fileprivate mutating func scaled(
    _ x: ImportValue, _ scale: ImportValue, _ bias: ImportValue, axis: Int
  ) throws(ImportError) -> ImportValue {
    var shape = [Dimension](repeating: 1, count: x.rank)
    guard scale.rank == 1, bias.rank == 1, axis < x.rank else {
      throw ImportError(.onnx(.invalid("its scale or bias is no list")))
    }
    shape[axis] = scale.shape[0]
    let product = try product([x, reshaped(scale, shape)])
    return try sum([product, reshaped(bias, shape)])
  }

  /// `(x − mean) / √(variance + ε)` over some axes.
  mutating func normalized(_ x: ImportValue, _ axes: [Int], _ epsilon: Float)
    throws(ImportError) -> (result: ImportValue, mean: ImportValue, scale: ImportValue)
  {
    let mean = try reduce(.mean, x, axes, keepsDimensions: true)
    let centred = try pointwise(.subtract, [x, mean])
    let square = try pointwise(.multiply, [centred, centred])
    let variance = try reduce(.mean, square, axes, keepsDimensions: true)
    let scale = try inverseRoot(variance, epsilon)
    return (try pointwise(.multiply, [centred, scale]), mean, scale)
  }

  /// Before opset 21 there is a scale for every group, from then on one for every channel.
  fileprivate mutating func groupNormalization(_ call: ONNXCall) throws(ImportError) -> ImportValue
  {
    let x = try simple(try call.input(0))
    let groups = try call.integer("num_groups")
    guard x.rank >= 3, let channels = x.shape[1].fixedValue, groups >= 1,
      channels % groups == 0
    else { throw call.invalid("\(groups) groups do not divide its channels") }
    let split = [x.shape[0], .fixed(groups), .fixed(channels / groups)] + x.shape[2...]
    let parts = try normalized(
      reshaped(x, split), Array(2..<split.count), try call.float("epsilon", default: 1e-5))
    let (scale, bias) = (try call.input(1), try call.input(2))
    if call.opset < 21 {
      return reshaped(try scaled(parts.result, scale, bias, axis: 1), x.shape)
    }
    return try scaled(reshaped(parts.result, x.shape), scale, bias, axis: 1)
  }
}
