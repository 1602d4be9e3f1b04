internal import GraphIR

extension ONNXMapping {
  /// Transforms into frequencies and back.
  static let fourier: [ONNXMapping] = [
    ONNXMapping("DFT", since: 17) { call, context throws(ImportError) in
      try [context.fourier(call)]
    },
    ONNXMapping("Atan", since: 7) { call, context throws(ImportError) in
      try [context.angle(try call.input(0), .number(1))]
    },
  ]
}

extension ImportContext {
  fileprivate mutating func fourier(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let input = try call.input(0)
    guard input.rank >= 2 else { throw call.invalid("its operand has no axis to transform") }
    let axis = try call.fourierAxis(of: input.rank)
    let (isInverse, isHalf) = (try call.flag("inverse"), try call.flag("onesided"))
    let x = try complex(interleaved: try cast(input, to: .float32))
    let length = try call.constant(1, "the length of a transform")?.extents("the length")
    guard (length?.count ?? 1) == 1 else { throw call.invalid("its length is no number") }
    if isInverse && isHalf {
      let length = length?[0] ?? (x.shape[axis] - 1) * 2
      let transform = FourierTransform(length: length, isInverse: true, factor: .reciprocal)
      let real = try realTransformed(x, axis: axis, transform)
      return reshaped(real, real.shape + [1])
    }
    let transform = FourierTransform(
      length: length?[0] ?? x.shape[axis], isInverse: isInverse,
      factor: isInverse ? .reciprocal : .one)
    let count = isHalf ? transform.half : transform.length
    return try interleaved(try transformed(x, axis: axis, transform, count: count))
  }
}

extension ONNXCall {
  /// The axis, an attribute until opset 20; the last one holds the parts of numbers.
  fileprivate func fourierAxis(of rank: Int) throws(ImportError) -> Int {
    let given =
      opset < 20
      ? try integer("axis", default: 1)
      : try constant(2, "the axis of a transform")?.integers("the axis").first ?? -2
    let axis = try Self.axis(given, of: rank)
    guard axis < rank - 1 else { throw invalid("its axis is that of the parts of numbers") }
    return axis
  }
}
