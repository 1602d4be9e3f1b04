internal import GraphIR

extension ONNXMapping {
  /// Elements at places that other tensors name.
  static let gathering: [ONNXMapping] = [
    ONNXMapping("Gather") { call, context throws(ImportError) in
      let x = try call.input(0)
      let axis = try call.axis("axis", of: x.rank, default: 0)
      return try [context.gather(x, try call.input(1), axis: axis)]
    },
    ONNXMapping("GatherElements", since: 11) { call, context throws(ImportError) in
      let (x, places) = (try call.input(0), try context.simple(try call.input(1)))
      let axis = try call.axis("axis", of: x.rank, default: 0)
      return try [context.gatherElements(x, places, axis: axis)]
    },
    ONNXMapping("GatherND", since: 11) { call, context throws(ImportError) in
      try [context.gatherND(call)]
    },
  ]
}

extension ImportContext {
  /// Elements whose places along an axis a tensor names; other axes count along.
  ///
  /// - Throws: `ONNXFault.invalid` where the tensor is larger than the one that is read.
  fileprivate mutating func gatherElements(_ x: ImportValue, _ places: ImportValue, axis: Int)
    throws(ImportError) -> ImportValue
  {
    let extents = zip(places.shape, x.shape).enumerated()
    guard places.rank == x.rank,
      extents.allSatisfy({ $0 == axis || $1.0 == $1.1 || ($1.1 - $1.0).fixedValue ?? -1 >= 0 })
    else {
      throw ImportError(.onnx(.invalid("its indices \(places.shape) do not fit \(x.shape)")))
    }
    var lists: [ImportValue] = []
    for other in 0..<x.rank {
      lists.append(other == axis ? places : try counting(other, of: places.shape))
    }
    return try gather(x, lists, firstAxis: 0)
  }

  /// The index along an axis, to be broadcast to a shape.
  private mutating func counting(_ axis: Int, of shape: [Dimension]) throws(ImportError)
    -> ImportValue
  {
    var line = [Dimension](repeating: 1, count: shape.count)
    line[axis] = shape[axis]
    return reshaped(value(try ramp(shape[axis]), .int64), line)
  }

  /// Elements whose places are the last axis of a tensor; batch axes count along.
  fileprivate mutating func gatherND(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let (x, places) = (try call.input(0), try simple(try call.input(1)))
    let (batch, last) = (try call.integer("batch_dims", default: 0), places.rank - 1)
    guard let count = places.shape.last?.fixedValue, count >= 1, 0...last ~= batch,
      batch + count <= x.rank, x.shape[..<batch] == places.shape[..<batch]
    else {
      throw call.invalid("its indices \(places.shape) are not those of \(x.shape)")
    }
    var lists: [ImportValue] = []
    let front = Array(places.shape[..<last])
    for axis in 0..<batch { lists.append(try counting(axis, of: front)) }
    for axis in 0..<count {
      let cut = Slice.Cut(axis: last, start: .fixed(axis), extent: 1)
      let list = try simple(try slice(places, [cut]))
      lists.append(dropping([last], of: list, unless: false))
    }
    return try gather(x, lists, firstAxis: 0)
  }

  /// The slices of an axis that numbers name, which count from its end where negative.
  mutating func gather(_ x: ImportValue, _ indices: ImportValue, axis: Int) throws(ImportError)
    -> ImportValue
  {
    guard let host = indices.host else {
      return try taken(x, try places(indices, below: x.shape[axis]), axis: axis)
    }
    if let data = x.host, data.uniform == nil || !data.element.isFloat {
      return .host(try data.gathered(host, axis: axis))
    }
    let extent = x.shape[axis]
    if host.rank > 0, let extent = extent.fixedValue,
      let numbers = try known({ () throws(ImportError) in try host.integers("the indices") })
    {
      guard numbers.allSatisfy({ -extent..<extent ~= $0 }) else {
        throw ImportError(.onnx(.invalid("an index is out of range")))
      }
      let places = numbers.map { $0 < 0 ? $0 + extent : $0 }
      let table = HostTensor(.int64, try host.checkedShape(), .integers(places))
      return try taken(x, .host(table), axis: axis)
    }
    var places: [Dimension] = []
    for place in try host.extents("the indices") {
      let isNegative = (place.fixedValue ?? 0) < 0
      places.append(isNegative ? extent + place : place)
    }
    for place in places {
      let margins = [place, extent - 1 - place].compactMap(\.fixedValue)
      guard margins.allSatisfy({ $0 >= 0 }) else {
        throw ImportError(.onnx(.invalid("an index is out of range")))
      }
    }
    if host.rank == 0, let place = places.first {
      let cut = Slice.Cut(axis: axis, start: place, extent: 1)
      return dropping([axis], of: try slice(x, [cut]), unless: false)
    }
    let numbers = places.compactMap(\.fixedValue)
    guard numbers.count == places.count else {
      throw ImportError(.onnx(.needsConstant(what: "an index")))
    }
    let table = HostTensor(.int64, try host.checkedShape(), .integers(numbers))
    return try taken(x, .host(table), axis: axis)
  }

  /// Elements of neighbouring axes, for each of which a tensor names one.
  mutating func gather(_ x: ImportValue, _ lists: [ImportValue], firstAxis: Int)
    throws(ImportError) -> ImportValue
  {
    let end = firstAxis + lists.count
    let extents = x.shape[firstAxis..<end]
    let size = Dimension.product(extents)
    try checkHeld(size)
    var place = ImportValue.extent(0)
    for (list, extent) in zip(lists, extents) {
      place = try sum([try product([place, .extent(extent)]), try places(list, below: extent)])
    }
    let flat = reshaped(try simple(x), x.shape[..<firstAxis] + [size] + x.shape[end...])
    return place.host == nil
      ? try taken(flat, place, axis: firstAxis) : try gather(flat, place, axis: firstAxis)
  }

  /// Places from the start of an axis.
  private mutating func places(_ indices: ImportValue, below extent: Dimension)
    throws(ImportError) -> ImportValue
  {
    let isNegative = try binary(.less, .less, indices, .extent(0))
    return try choose(isNegative, try sum([indices, .extent(extent)]), indices)
  }

  /// The slices of an axis at places within it.
  private mutating func taken(_ x: ImportValue, _ places: ImportValue, axis: Int)
    throws(ImportError) -> ImportValue
  {
    value(try apply(.gather(Gather(axis: axis)), [try id(x), try id(places)]), x.element)
  }
}
