internal import GraphIR

/// Parts of tensors, and tensors that are put together of parts.
extension ImportContext {
  /// The elements that some cuts take.
  mutating func slice(_ x: ImportValue, _ cuts: [Slice.Cut]) throws(ImportError) -> ImportValue {
    let cuts = cuts.filter {
      $0.start != 0 || $0.extent != x.shape[$0.axis] || $0.step != 1
    }
    if cuts.isEmpty { return x }
    if let lane = lane(of: x, cuts) { return try copied(lane) }
    var shape = x.shape
    for cut in cuts { shape[cut.axis] = cut.extent }
    if x.host == nil && shape.contains(0) {
      throw ImportError(.onnx(.unsupported("a tensor without elements")))
    }
    if let host = x.host {
      if case .fill(let number) = host.elements {
        return .host(HostTensor(host.element, fill: number, shape))
      }
      var start = [Int](repeating: 0, count: x.rank)
      var step = [Int](repeating: 1, count: x.rank)
      for cut in cuts {
        guard let first = cut.start.fixedValue else {
          throw ImportError(.onnx(.needsConstant(what: "where a slice begins")))
        }
        (start[cut.axis], step[cut.axis]) = (first, cut.step)
      }
      guard let extents = fixed(shape) else {
        throw ImportError(.onnx(.needsConstant(what: "the size of a slice")))
      }
      return .host(try host.sliced(start, step, extents: extents))
    }
    let result = try apply(.slice(Slice(cuts)), [try id(x)])
    if x.rank == 1, !x.element.isFloat, let ramp = ramp(of: x)?.taken(by: cuts[0]) {
      ramps[result] = ramp
    }
    return value(result, x.element)
  }

  /// The elements of an axis from a place on, and behind them those before it.
  mutating func rotated(_ x: ImportValue, _ axis: Int, at place: Dimension) throws(ImportError)
    -> ImportValue
  {
    let extent = x.shape[axis]
    if place == 0 || place == extent { return x }
    let back = try slice(x, [Slice.Cut(axis: axis, start: place, extent: extent - place)])
    let front = try slice(x, [Slice.Cut(axis: axis, start: 0, extent: place)])
    return try concat([back, front], axis)
  }

  /// What a tensor was put together of, where a cut takes just that.
  private func lane(of x: ImportValue, _ cuts: [Slice.Cut]) -> ImportValue? {
    guard cuts.count == 1, let cut = cuts.first,
      let lanes = knownLanes(of: x, cut.axis, cut.step), let start = cut.start.fixedValue,
      lanes.indices.contains(start), cut.extent == lanes[start].shape[cut.axis]
    else { return nil }
    return lanes[start]
  }

  /// A cut by bounds that count from the end where negative and end with the axis where too large.
  static func cut(
    _ axis: Int, _ extent: Dimension, _ start: Dimension, _ end: Dimension, _ step: Int
  ) -> Slice.Cut {
    let step = max(-(1 << 31), min(1 << 31, step))
    let isForward = step > 0
    let first = bound(start, extent, low: 0, high: isForward ? extent : extent - 1)
    let last = bound(
      end, extent, low: isForward ? 0 : -1, high: isForward ? extent : extent - 1)
    var count =
      isForward
      ? (last - first).scaled(plus: step - 1, over: step)
      : (first - last).scaled(plus: -step - 1, over: -step)
    if let known = count.fixedValue, known < 0 { count = 0 }
    return Slice.Cut(axis: axis, start: first, extent: count, step: step)
  }

  private static func bound(
    _ bound: Dimension, _ extent: Dimension, low: Dimension, high: Dimension
  ) -> Dimension {
    guard let number = bound.fixedValue else {
      return bound
    }
    if let extent = extent.fixedValue, let low = low.fixedValue, let high = high.fixedValue {
      let place = number < 0 ? max(number, -extent - 1) + extent : number
      return .fixed(min(max(place, low), high))
    }
    // Numbers that no extent reaches stand for the ends of the axis.
    let limit = Int(Int32.max) - 1
    if number >= limit { return high }
    if number <= -limit { return low }
    return number < 0 ? extent + .fixed(number) : bound
  }

  /// A tensor with another part in the place of one that a cut takes.
  ///
  /// - Throws: `ONNXFault.invalid` and `.sizes` where the part has another shape than what is
  ///   taken, `.unsupported` where elements lie far apart or begin where nobody knows.
  mutating func replaced(
    _ cut: Slice.Cut, _ dropsAxis: Bool, of whole: ImportValue, by part: ImportValue
  ) throws(ImportError) -> ImportValue {
    var shape = whole.shape
    shape[cut.axis] = cut.extent
    let part = try cast(try simple(part), to: whole.element)
    var wanted = shape
    if dropsAxis { wanted.remove(at: cut.axis) }
    guard part.shape == wanted else {
      throw .misfit(
        "what is written has the shape \(part.shape), not \(wanted)", part.shape + wanted)
    }
    return try replaced(cut, of: whole, by: reshaped(part, shape))
  }

  /// A tensor with another part, of the shape that some cuts leave, in the place of what they take.
  mutating func replaced(
    _ cuts: ArraySlice<Slice.Cut>, of whole: ImportValue, by part: ImportValue
  ) throws(ImportError) -> ImportValue {
    guard let cut = cuts.first else { return part }
    let inner = try replaced(cuts.dropFirst(), of: try simple(try slice(whole, [cut])), by: part)
    return try replaced(cut, false, of: whole, by: inner)
  }

  private mutating func replaced(_ cut: Slice.Cut, of whole: ImportValue, by part: ImportValue)
    throws(ImportError) -> ImportValue
  {
    if cut.step != 1 && cut.extent != 1 { return try replacedLane(cut, of: whole, by: part) }
    let (axis, extent) = (cut.axis, whole.shape[cut.axis])
    var pieces = [part]
    if cut.start != 0 {
      pieces.insert(
        try slice(whole, [Slice.Cut(axis: axis, start: 0, extent: cut.start)]), at: 0)
    }
    let end = cut.start + cut.extent
    if end != extent {
      pieces.append(
        try slice(whole, [Slice.Cut(axis: axis, start: end, extent: extent - end)]))
    }
    return try concat(pieces, axis)
  }

  // MARK: - Elements that lie apart

  /// Elements that lie further apart are not written to.
  private static let mostLanes = 64

  /// A tensor with another part in the place of every so many elements along an axis, as an inverse
  /// wavelet transform writes the pixels of its bands: `y[:, :, 0::2] = a; y[:, :, 1::2] = b`.
  private mutating func replacedLane(_ cut: Slice.Cut, of whole: ImportValue, by part: ImportValue)
    throws(ImportError) -> ImportValue
  {
    let (axis, step, extent) = (cut.axis, cut.step, whole.shape[cut.axis])
    guard 1...Self.mostLanes ~= step, let start = cut.start.fixedValue, start >= 0 else {
      throw ImportError(.onnx(.unsupported("a write to elements \(step) apart")))
    }
    let count = extent.scaled(plus: step - 1, over: step)
    let (first, number) = (Dimension.fixed(start / step), start % step)
    var (place, part) = (Slice.Cut(axis: axis, start: first, extent: cut.extent), part)
    if cut.extent == (extent - cut.start).scaled(plus: step - 1, over: step) {
      // Behind the last element that is written there are but those of the margin.
      place.extent = count - first
      part = try extended(part, axis, by: place.extent - cut.extent)
    }
    let padded = try extended(whole, axis, by: count * .fixed(step) - extent)
    var lanes = try lanes(of: padded, axis, step)
    lanes[number] = try simple(try replaced(place, of: lanes[number], by: part))
    let result = try interleaved(lanes, axis)
    return try slice(result, [Slice.Cut(axis: axis, start: 0, extent: extent)])
  }

  /// A tensor with so many zeros, perhaps none, behind an axis.
  private mutating func extended(_ x: ImportValue, _ axis: Int, by margin: Dimension)
    throws(ImportError) -> ImportValue
  {
    if margin == 0 { return x }
    if let host = x.host, host.uniform == 0 {
      var shape = host.shape
      shape[axis] = shape[axis] + margin
      return .host(HostTensor(host.element, fill: 0, shape))
    }
    let none = [Dimension](repeating: 0, count: x.rank)
    var margins = Pad(low: none, high: none)
    margins.high[axis] = margin
    return try pad(x, margins)
  }

  /// What a tensor was put together of, if its elements lie in turn along an axis.
  private func knownLanes(of x: ImportValue, _ axis: Int, _ step: Int) -> [ImportValue]? {
    guard case .graph(let tensor) = x, let known = interleavings[tensor], known.axis == axis,
      known.lanes.count == step
    else { return nil }
    return known.lanes
  }

  /// Every so many elements along an axis, from the first, the second and so on; what the tensor
  /// was put together of, where it was.
  private mutating func lanes(of whole: ImportValue, _ axis: Int, _ step: Int) throws(ImportError)
    -> [ImportValue]
  {
    if let known = knownLanes(of: whole, axis, step) { return known }
    let extent = whole.shape[axis].scaled(over: step)
    var lanes: [ImportValue] = []
    for start in 0..<step {
      let cut = Slice.Cut(axis: axis, start: .fixed(start), extent: extent, step: step)
      lanes.append(try simple(try slice(whole, [cut])))
    }
    return lanes
  }

  /// The elements of some tensors in turn along an axis.
  private mutating func interleaved(_ lanes: [ImportValue], _ axis: Int) throws(ImportError)
    -> ImportValue
  {
    var shape = lanes[0].shape
    shape.insert(1, at: axis + 1)
    let joined = try concat(lanes.map { reshaped($0, shape) }, axis + 1)
    shape = lanes[0].shape
    shape[axis] = shape[axis] * .fixed(lanes.count)
    let result = reshaped(try simple(joined), shape)
    if case .graph(let tensor) = result {
      interleavings[tensor] = Interleaving(axis: axis, lanes: lanes)
    }
    return result
  }
}

/// Tensors of which another one has the elements in turn along an axis.
struct Interleaving {
  let axis: Int
  let lanes: [ImportValue]
}
