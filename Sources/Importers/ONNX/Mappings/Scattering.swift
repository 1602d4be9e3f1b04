internal import GraphIR

extension ONNXMapping {
  /// Elements that are written to places of a tensor.
  static let scattering: [ONNXMapping] = [
    ONNXMapping(
      "ScatterND", since: 11, remark: "to places that are constants or equally far apart"
    ) {
      call, context throws(ImportError) in
      try [context.scatterND(call)]
    },
    ONNXMapping(
      "ScatterElements", since: 11,
      remark: "to places that are constants, or into zeros"
    ) { call, context throws(ImportError) in
      try [context.scatter(call)]
    },
  ]
}

extension ImportContext {
  /// Slices whose places are the last axis of a tensor, as PyTorch exports `x[..., i:j] = y`.
  fileprivate mutating func scatterND(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let (data, places) = (try simple(try call.input(0)), try simple(try call.input(1)))
    let updates = try simple(try call.input(2))
    try checkReplaces(call)
    guard let count = places.shape.last?.fixedValue, count >= 1, count <= data.rank,
      updates.shape == places.shape.dropLast() + data.shape[count...]
    else {
      throw call.invalid(
        "its indices \(places.shape) and updates \(updates.shape) do not fit \(data.shape)")
    }
    if case .graph(let list) = places, let cuts = cuts(at: list, of: data.shape) {
      let part = reshaped(updates, cuts.map(\.extent) + data.shape[count...])
      return try replaced(cuts[...], of: data, by: part)
    }
    let indices = try constantPlaces(places)
    let extents = try rowExtents(data.shape[..<count], written: indices.count / count)
    var rows: [Int] = []
    for start in stride(from: 0, to: indices.count, by: count) {
      var row = 0
      for (index, extent) in zip(indices[start..<start + count], extents) {
        row = row * extent + (try place(index, below: extent, call))
      }
      rows.append(row)
    }
    return try scattered(updates, to: rows, of: data, extents)
  }

  /// Elements at their places along an axis.
  fileprivate mutating func scatter(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    let (data, places) = (try simple(try call.input(0)), try simple(try call.input(1)))
    let updates = try simple(try call.input(2))
    let axis = try call.axis("axis", of: data.rank, default: 0)
    try checkReplaces(call)
    guard let host = places.host else { return try scatterIntoZeros(call, axis) }
    guard host.shape == updates.shape, host.rank == data.rank else {
      throw call.invalid(
        "its indices \(places.shape) and updates \(updates.shape) do not fit \(data.shape)")
    }
    let shape = try host.checkedShape()
    let indices = try constantPlaces(places)
    let extents = try rowExtents(data.shape[...], written: indices.count)
    guard zip(shape, extents).enumerated().allSatisfy({ $0 == axis || $1.0 <= $1.1 }) else {
      throw call.invalid("its indices \(shape) are more than \(extents)")
    }
    var rows: [Int] = []
    for (number, index) in indices.enumerated() {
      var (rest, row, step) = (number, 0, 1)
      for other in shape.indices.reversed() {
        let own = rest % shape[other]
        row += (other == axis ? try place(index, below: extents[other], call) : own) * step
        (rest, step) = (rest / shape[other], step * extents[other])
      }
      rows.append(row)
    }
    return try scattered(updates, to: rows, of: data, extents)
  }

  /// A small file may write to large tensors again and again.
  private static let mostScatteredRows = 1 << 22

  private func checkReplaces(_ call: ONNXCall) throws(ImportError) {
    let reduction = try call.text("reduction", default: "none")
    guard reduction == "none" else { throw call.unsupported("the reduction '\(reduction)'") }
  }

  /// The extents of the axes along which rows are counted.
  ///
  /// - Throws: `ONNXFault.needsConstant`, and `.tooLarge` where there are many more than are written.
  private func rowExtents(
    _ shape: ArraySlice<Dimension>, written: Int
  ) throws(ImportError) -> [Int] {
    let extents = shape.compactMap(\.fixedValue)
    guard extents.count == shape.count else {
      throw ImportError(.onnx(.needsConstant(what: "the shape")))
    }
    try HostTensor.checkGrowth(to: elementCount(of: extents), from: written)
    return extents
  }

  private func constantPlaces(_ places: ImportValue) throws(ImportError) -> [Int] {
    guard let host = places.host else {
      throw ImportError(.onnx(.needsConstant(what: "a place that is written to")))
    }
    return try host.integers("the indices")
  }

  /// A place from the start of an axis.
  private func place(
    _ index: Int, below extent: Int, _ call: ONNXCall
  ) throws(ImportError) -> Int {
    guard -extent..<extent ~= index else { throw call.invalid("an index is out of range") }
    return index < 0 ? index + extent : index
  }

  /// Takes every row of the first axes from the updates where they have one, else from the data.
  private mutating func scattered(
    _ updates: ImportValue, to rows: [Int], of data: ImportValue, _ extents: [Int]
  ) throws(ImportError) -> ImportValue {
    guard updates.element == data.element else {
      throw ImportError(.onnx(.invalid("its operands differ in type")))
    }
    let count = extents.reduce(1, *)
    scatteredRows += count
    guard scatteredRows <= Self.mostScatteredRows else {
      throw ImportError(.onnx(.tooLarge(elements: scatteredRows)))
    }
    var sources = Array(0..<count)
    for (number, row) in rows.enumerated() { sources[row] = count + number }
    let rest = data.shape[extents.count...]
    let all = try concat(
      [
        reshaped(data, [.fixed(count)] + rest), reshaped(updates, [.fixed(rows.count)] + rest),
      ], 0)
    if let host = all.host, let number = host.uniform {
      return .host(HostTensor(host.element, fill: number, data.shape))
    }
    return reshaped(try gather(all, .host(HostTensor(list: sources)), axis: 0), data.shape)
  }

  /// Elements at their places along an axis of zeros, which is an unpooling along the last axis.
  private mutating func scatterIntoZeros(_ call: ONNXCall, _ axis: Int) throws(ImportError)
    -> ImportValue
  {
    let (data, places, updates) = (try call.input(0), try call.input(1), try call.input(2))
    let last = data.rank - 1
    guard data.host?.uniform == 0, last > 0, places.shape == updates.shape,
      places.rank == data.rank,
      data.shape.indices.allSatisfy({ $0 == axis || places.shape[$0] == data.shape[$0] })
    else { throw call.unsupported("ScatterElements to computed places but into zeros") }
    var order = Array(0...last)
    order.swapAt(axis, last)
    let shape = order.map { data.shape[$0] }
    let front = [shape[0], Dimension.product(shape[1..<last])]
    func plane(_ value: ImportValue) throws(ImportError) -> ImportValue {
      let turned = try transpose(try simple(value), order)
      return reshaped(try simple(turned), front + [1, value.shape[axis]])
    }
    let result = try unpool(try plane(updates), try plane(places), [1, data.shape[axis]])
    return try transpose(reshaped(result, shape), order)
  }
}
