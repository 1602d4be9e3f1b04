internal import GraphIR

/// Where maxima lie in the planes of what was pooled.
struct PlanePlaces: Sendable {
  /// The places, `y · W + x`, in the shape of the maxima.
  var places: ImportValue
  /// `H` and `W`, `W` alone, or three extents, which count as one plane.
  var plane: [Dimension]
}

extension ImportContext {
  /// The places of maxima as ONNX counts them, in the whole tensor.
  mutating func flatPlaces(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try simple(try call.input(0))
    let plane = Array(x.shape[2...])
    let inPlane = try pool(call, .place).labelled(.int64)
    var flat = inPlane
    if try call.flag("storage_order"), plane.count > 1 {
      guard plane.count == 2 else { throw call.unsupported("indices by columns, of volumes,") }
      let (height, width) = (ImportValue.extent(plane[0]), ImportValue.extent(plane[1]))
      let row = try pointwise(.floor, [try pointwise(.divide, [flat, width])])
      let column = try pointwise(.modulo, [flat, width])
      flat = try pointwise(.add, [try pointwise(.multiply, [column, height]), row])
    }
    if let starts = try planeStarts(x.shape) { flat = try pointwise(.add, [flat, starts]) }
    let known = try value(id(flat), .int64)
    if case .graph(let tensor) = known {
      planePlaces[tensor.id] = PlanePlaces(places: inPlane, plane: plane)
    }
    return known
  }

  /// What the elements of each plane `shape[2...]` have in front of them; nil for one plane.
  mutating func planeStarts(_ shape: [Dimension]) throws(ImportError) -> ImportValue? {
    if shape[..<2] == [1, 1] { return nil }
    try checkHeld(.product(shape))
    let ramp = value(try ramp(.product(shape[..<2])), .int64)
    let starts = try product([ramp, .extent(.product(shape[2...]))])
    return reshaped(starts, shape[..<2] + shape[2...].map { _ in 1 })
  }

  /// Maxima back at their places.
  mutating func unpool(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try call.input(0)
    let axes = x.rank - 2
    guard 1...3 ~= axes else { throw call.unsupported("unpooling over \(axes) axes") }
    let window = try ONNXWindow(call, axes: axes, kernel: nil)
    let natural = (0..<axes).map { axis -> Dimension in
      let edge = window.kernel[axis] - window.low[axis] - window.high[axis]
      return (x.shape[axis + 2] - 1) * .fixed(window.strides[axis]) + .fixed(edge)
    }
    var wanted = natural
    if let list = try call.constant(2, "the shape of the result") {
      wanted = Array(try list.extents("the shape of the result").suffix(axes))
      guard wanted.count == axes else { throw call.invalid("the shape of its result is too short") }
    }
    let indices = try simple(try call.input(1))
    if case .graph(let tensor) = indices, let known = planePlaces[tensor.id],
      known.plane == wanted
    {
      return try unpool(x, known.places, wanted)
    }
    let places = try pointwise(.modulo, [indices, .extent(.product(natural))])
    let result = try unpool(x, places, natural)
    // A larger result has zeros behind.
    let behind = [Dimension.fixed(0), 0] + zip(wanted, natural).map { $0 - $1 }
    if behind.allSatisfy({ $0 == 0 }) { return result }
    return value(
      try apply(.pad(Pad(low: behind.map { _ in 0 }, high: behind)), [try id(result)]), x.element)
  }

  /// Elements of planes at their places in planes of other extents.
  mutating func unpool(_ x: ImportValue, _ places: ImportValue, _ extents: [Dimension])
    throws(ImportError) -> ImportValue
  {
    if x.rank == 4 {
      let op = Op.maxUnpool2D(MaxUnpool2D(extents: extents))
      return value(try apply(op, [try id(x), try id(places)]), x.element)
    }
    func line(_ value: ImportValue) throws(ImportError) -> ImportValue {
      reshaped(try simple(value), value.shape[..<2] + [1, .product(value.shape[2...])])
    }
    let result = try unpool(try line(x), try line(places), [1, .product(extents)])
    return reshaped(result, result.shape[..<2] + extents)
  }
}
