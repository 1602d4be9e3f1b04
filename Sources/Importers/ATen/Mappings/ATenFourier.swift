internal import GraphIR

extension ATenMapping {
  /// Complex numbers, and transforms into frequencies and back.
  static let fourier: [ATenMapping] =
    ofComplex + [
      shift("fft_fftshift", at: { $0 - $0.scaled(over: 2) }),
      shift("fft_ifftshift", at: { $0.scaled(over: 2) }),
    ]

  /// Those that know complex numbers.
  static let ofComplex: [ATenMapping] =
    complexNumbers + angles + decomposedTransforms + transforms("rfft", .half)
    + transforms("irfft", .inverseHalf) + transforms("fft", .whole)
    + transforms("ifft", .inverse)

  private static let complexNumbers: [ATenMapping] = [
    complex("complex", "real imag") { call, context throws(ImportError) in
      let (real, imaginary) = (try call.tensor("real"), try call.tensor("imag"))
      guard real.shape == imaginary.shape else { throw call.invalid("its parts differ in shape") }
      return ComplexTensor(real: real, imaginary: imaginary)
    },
    complex("polar", "abs angle") { call, context throws(ImportError) in
      let (length, angle) = (try call.tensor("abs"), try call.tensor("angle"))
      return ComplexTensor(
        real: try context.product([length, try context.standard("Cos", [angle])]),
        imaginary: try context.product([length, try context.standard("Sin", [angle])]))
    },
    complex("view_as_complex", "self") { call, context throws(ImportError) in
      try context.complex(interleaved: try call.tensor("self"))
    },
    .tensor("view_as_real", "self") { call, context throws(ImportError) in
      try context.interleaved(try call.complex("self"))
    },
    .tensor("real", "self") { call, _ throws(ImportError) in try call.complex("self").real },
    .tensor("imag", "self") { call, context throws(ImportError) in
      context.imaginaryPart(of: try call.complex("self"))
    },
    complex("conj _conj conj_physical", "self") { call, context throws(ImportError) in
      let x = try call.complex("self")
      let opposite = try context.product([context.imaginaryPart(of: x), .number(-1)])
      return ComplexTensor(real: x.real, imaginary: opposite)
    },
    complex("resolve_conj resolve_neg", "self") { call, _ throws(ImportError) in
      try call.complex("self")
    },
  ]

  private static let angles: [ATenMapping] = [
    .tensor("angle", "self") { call, context throws(ImportError) in
      let x = try call.complex("self")
      return try context.angle(context.imaginaryPart(of: x), x.real)
    },
    .tensor("atan2 arctan2", "self other") { call, context throws(ImportError) in
      try context.angle(
        try context.floating(try call.tensor("self")),
        try context.floating(try call.tensor("other")))
    },
    .tensor("atan arctan", "self") { call, context throws(ImportError) in
      try context.angle(try context.floating(try call.tensor("self")), .number(1))
    },
  ]

  // MARK: - Transforms

  /// What transforms become when a program is decomposed.
  private static let decomposedTransforms: [ATenMapping] = [
    ATenMapping("_fft_r2c", "self dim normalization onesided") {
      call, context throws(ImportError) in
      try context.transformed(call, try call.flag("onesided") ? .half : .whole)
    },
    ATenMapping("_fft_c2c", "self dim normalization forward") {
      call, context throws(ImportError) in
      try context.transformed(call, try call.flag("forward") ? .whole : .inverse)
    },
    ATenMapping("_fft_c2r", "self dim normalization last_dim_size") {
      call, context throws(ImportError) in
      try context.transformed(call, .inverseHalf)
    },
  ]

  /// A transform of one axis, of the last two and of any.
  private static func transforms(_ stem: String, _ kind: TransformKind) -> [ATenMapping] {
    [("", "n", [-1]), ("2", "s", [-2, -1]), ("n", "s", nil)].map { suffix, sizes, axes in
      ATenMapping("fft_\(stem)\(suffix)", "self \(sizes) dim norm") {
        call, context throws(ImportError) in
        let x = try call.complex("self")
        let lengths = try call.extents(sizes)
        let all = (lengths.map { -$0.count..<0 } ?? -x.shape.count..<0).map { $0 }
        return try context.transformed(
          x, kind, axes: try call.integers("dim") ?? axes ?? all, lengths: lengths,
          factor: try call.factor(norm: kind.isInverse))
      }
    }
  }

  /// Moves the first elements of axes, up to a place, behind the others.
  private static func shift(
    _ op: String, at place: @escaping @Sendable (Dimension) -> Dimension
  ) -> ATenMapping {
    .tensor(op, "self dim") { call, context throws(ImportError) in
      var x = try call.tensor("self")
      for axis in try call.axes("dim", of: x.rank) {
        x = try context.rotated(x, axis, at: place(x.shape[axis]))
      }
      return x
    }
  }

  private static func complex(
    _ ops: String, _ parameters: String,
    _ map: @escaping @Sendable (ATenCall, inout ImportContext) throws(ImportError) -> ComplexTensor
  ) -> ATenMapping {
    ATenMapping(ops, parameters) { call, context throws(ImportError) in
      .complex(try map(call, &context))
    }
  }
}

/// What a transform takes and gives.
private enum TransformKind: Sendable {
  /// Real numbers to half of the frequencies, and back.
  case half, inverseHalf
  /// Complex numbers to all frequencies, and back.
  case whole, inverse

  var isInverse: Bool { self == .inverse || self == .inverseHalf }
}

extension ATenCall {
  /// Names of a factor, as `torch.fft` has them.
  fileprivate func factor(norm isInverse: Bool) throws(ImportError) -> FourierTransform.Factor {
    switch (try text("norm", default: "backward"), isInverse) {
    case ("backward", false), ("forward", true): .one
    case ("backward", true), ("forward", false): .reciprocal
    case ("ortho", _): .root
    default: throw mismatch("norm", "'backward', 'ortho' or 'forward'")
    }
  }

  /// Numbers of a factor, as the decomposed operations have them.
  fileprivate func normalization() throws(ImportError) -> FourierTransform.Factor {
    switch try integer("normalization") {
    case 0: .one
    case 1: .root
    case 2: .reciprocal
    default: throw mismatch("normalization", "0, 1 or 2")
    }
  }
}

extension ImportContext {
  fileprivate mutating func transformed(_ call: ATenCall, _ kind: TransformKind)
    throws(ImportError) -> ATenValue
  {
    let x = try call.complex("self")
    let axes = try call.integers("dim") ?? []
    var lengths: [Dimension]?
    if kind == .inverseHalf {
      lengths = [Dimension](repeating: -1, count: max(axes.count - 1, 0))
      lengths?.append(try call.symbol("last_dim_size"))
    }
    return try transformed(
      x, kind, axes: axes, lengths: lengths, factor: try call.normalization())
  }

  /// - Parameter lengths: Of each axis that of its transform, -1 for its own.
  fileprivate mutating func transformed(
    _ x: ComplexTensor, _ kind: TransformKind, axes given: [Int], lengths: [Dimension]?,
    factor: FourierTransform.Factor
  ) throws(ImportError) -> ATenValue {
    let lengths = lengths ?? [Dimension](repeating: -1, count: given.count)
    var axes: [Int] = []
    for axis in given { axes.append(try ONNXCall.axis(axis, of: x.shape.count)) }
    guard let last = axes.last, Set(axes).count == axes.count, lengths.count == axes.count else {
      throw ImportError(.onnx(.invalid("its axes are none, not distinct or of other lengths")))
    }
    var x = ComplexTensor(
      real: try floating(x.real),
      imaginary: kind == .half ? nil : x.imaginary)
    func transform(_ axis: Int, _ length: Dimension, _ own: Dimension) -> FourierTransform {
      FourierTransform(
        length: length == -1 ? own : length, isInverse: kind.isInverse, factor: factor)
    }
    if kind == .half {
      let transform = transform(last, lengths[lengths.count - 1], x.shape[last])
      x = try transformed(x, axis: last, transform, count: transform.half)
    }
    let isHalf = kind == .half || kind == .inverseHalf
    for (axis, length) in zip(axes, lengths).dropLast(isHalf ? 1 : 0) {
      let transform = transform(axis, length, x.shape[axis])
      x = try transformed(x, axis: axis, transform, count: transform.length)
    }
    guard kind == .inverseHalf else { return .complex(x) }
    let transform = transform(last, lengths[lengths.count - 1], (x.shape[last] - 1) * 2)
    return .tensor(try realTransformed(x, axis: last, transform))
  }
}
