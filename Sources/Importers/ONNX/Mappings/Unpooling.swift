internal import GraphIR

/// Where maxima lie in the planes of what was pooled.
struct PlanePlaces: Sendable {
  /// The places, `y · W + x`, in the shape of the maxima.
  var places: ImportValue
  /// `H` and `W`, or `W` alone.
  var plane: [Dimension]
}

extension ImportContext {
  /// The places of maxima as ONNX counts them, in the whole tensor.
  mutating func flatPlaces(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try simple(try call.input(0))
    let plane = Array(x.shape[2...])
    let inPlane = try pool(call, .place).labelled(.int64)
    var flat = inPlane
    if try call.flag("storage_order"), plane.count == 2 {
      guard let extents = fixed(plane) else {
        throw ImportError(.onnx(.sizes("indices by columns, of planes \(plane)")))
      }
      let (height, width) = (number(extents[0]), number(extents[1]))
      let row = try pointwise(.floor, [try pointwise(.divide, [flat, width])])
      let column = try pointwise(.modulo, [flat, width])
      flat = try pointwise(.add, [try pointwise(.multiply, [column, height]), row])
    }
    if let starts = try planeStarts(x) { flat = try pointwise(.add, [flat, starts]) }
    let known = try value(id(flat), .int64)
    if case .graph(let tensor) = known {
      planePlaces[tensor.id] = PlanePlaces(places: inPlane, plane: plane)
    }
    return known
  }

  private func number(_ number: Int) -> ImportValue {
    .host(HostTensor(.int64, [], .integers([number])))
  }

  /// What the elements of each plane have in front of them; nil where there is one plane.
  private mutating func planeStarts(_ x: ImportValue) throws(ImportError) -> ImportValue? {
    if x.shape[..<2] == [1, 1] { return nil }
    let ones = x.shape.dropFirst(2).map { _ in Dimension.fixed(1) }
    let shape = Array(x.shape[..<2] + ones)
    let size = Dimension.product(x.shape[2...])
    if let size = size.fixedValue, let counts = fixed(Array(x.shape[..<2])),
      elementCount(of: counts) ?? .max <= HostTensor.expansionLimit
    {
      let starts = (0..<counts[0] * counts[1]).map { $0 * size }
      return .host(HostTensor(.int64, counts + ones.map { _ in 1 }, .integers(starts)))
    }
    // Windows of one element give each its number.
    let places = Op.pool2D(Pool2D(.place, kernel: [1, 1]))
    let images = ones.count == 1 ? reshaped(x, x.shape[..<2] + [1, x.shape[2]]) : x
    let source = try id(images)
    let first = try apply(
      .slice(Slice((0..<2).map { Slice.Cut(axis: $0, start: 0, extent: 1) })), [source])
    let last = try apply(
      .reduce(Reduce(.maximum, axes: [0, 1, 2, 3], keepsDimensions: false)),
      [try apply(places, [first])])
    let one = scalar(1)
    let length = try apply(.add, last, one)
    let corners = try apply(
      .slice(Slice((2..<4).map { Slice.Cut(axis: $0, start: 0, extent: 1) })), [source])
    let grid = try apply(.reshape(Reshape([1, 1] + x.shape[..<2])), [corners])
    let starts = try apply(.multiply, try apply(places, [grid]), length)
    return reshaped(value(starts, .int64), shape)
  }

  /// Maxima back at their places.
  mutating func unpool(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let x = try call.input(0)
    let axes = x.rank - 2
    guard 1...2 ~= axes else { throw call.unsupported("unpooling over \(axes) axes") }
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
    guard let size = Dimension.product(natural).fixedValue else {
      throw ImportError(.onnx(.sizes("indices into planes \(natural)")))
    }
    let places = try pointwise(.modulo, [indices, number(size)])
    let result = try unpool(x, places, natural)
    // A larger result has zeros behind.
    let behind = [Dimension.fixed(0), 0] + zip(wanted, natural).map { $0 - $1 }
    if behind.allSatisfy({ $0 == 0 }) { return result }
    return value(
      try apply(.pad(Pad(low: behind.map { _ in 0 }, high: behind)), [try id(result)]), x.element)
  }

  /// Elements at their places along the last axis of zeros, as an unpooling is written.
  mutating func scatter(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let (data, places, updates) = (try call.input(0), try call.input(1), try call.input(2))
    let axis = try call.axis("axis", of: data.rank, default: 0)
    guard data.host?.uniform == 0, axis == data.rank - 1, axis > 0, places.shape == updates.shape,
      places.shape.dropLast() == data.shape.dropLast(),
      try call.text("reduction", default: "none") == "none"
    else { throw call.unsupported("ScatterElements but for the last axis of zeros") }
    let front = [data.shape[0], Dimension.product(data.shape[1..<axis])]
    func plane(_ value: ImportValue) throws(ImportError) -> ImportValue {
      reshaped(try simple(value), front + [1, value.shape[axis]])
    }
    let result = try unpool(try plane(updates), try plane(places), [1, data.shape[axis]])
    return reshaped(result, data.shape)
  }

  /// Elements of planes at their places in planes of other extents.
  mutating func unpool(_ x: ImportValue, _ places: ImportValue, _ extents: [Dimension])
    throws(ImportError) -> ImportValue
  {
    let axes = x.rank - 2
    guard axes == 1 else {
      let op = Op.maxUnpool2D(MaxUnpool2D(extents: extents))
      return value(try apply(op, [try id(x), try id(places)]), x.element)
    }
    func image(_ line: ImportValue) throws(ImportError) -> ImportValue {
      reshaped(try simple(line), line.shape[..<2] + [1, line.shape[2]])
    }
    let result = try unpool(try image(x), try image(places), [1, extents[0]])
    return reshaped(result, result.shape[..<2] + [extents[0]])
  }
}
