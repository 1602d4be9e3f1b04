internal import GraphIR

extension ATenMapping {
  /// Windows as columns, and back.
  static let columns: [ATenMapping] = [
    .tensor("im2col", "self kernel_size dilation padding stride") {
      call, context throws(ImportError) in
      let (x, isBatch) = try context.batch(call, rank: 4)
      let kernel = try call.integers("kernel_size", count: 2, default: 1)
      let said = context.standardCall("", [x], try call.windowAttributes())
      let window = try ONNXWindow(said, axes: 2, kernel: kernel)
      return context.unbatched(try context.columns(x, window), isBatch)
    },
    .tensor("col2im", "self output_size kernel_size dilation padding stride") {
      call, context throws(ImportError) in
      let (x, isBatch) = try context.batch(call, rank: 3)
      guard let sizes = try call.extents("output_size"), sizes.count == 2 else {
        throw call.mismatch("output_size", "2 integers")
      }
      let kernel = try call.integers("kernel_size", count: 2, default: 1)
      let image = try context.standard(
        "Col2Im", [x, .host(HostTensor(extents: sizes)), .host(HostTensor(list: kernel))],
        try call.windowAttributes())
      return context.unbatched(image, isBatch)
    },
    .tensor("index_put _unsafe_index_put", "self indices values accumulate") {
      call, context throws(ImportError) in
      try context.columnsPut(call)
    },
    .tensor("unfold", "self dimension size step") { call, context throws(ImportError) in
      let x = try context.simple(try call.tensor("self"))
      let axis = try call.axis("dimension", of: x.rank)
      let (size, step) = (try call.integer("size"), try call.integer("step"))
      guard 1...(1 << 12) ~= size, 1...(1 << 20) ~= step,
        (x.shape[axis].fixedValue ?? size) >= size
      else { throw call.invalid("windows of \(size) elements, \(step) apart, do not fit") }
      let places = (x.shape[axis] - .fixed(size)).scaled(over: step) + 1
      var parts: [ImportValue] = []
      for start in 0..<size {
        let cut = Slice.Cut(axis: axis, start: .fixed(start), extent: places, step: step)
        let part = try context.simple(try context.slice(x, [cut]))
        parts.append(context.reshaped(part, part.shape + [1]))
      }
      return try context.concat(parts, x.rank)
    },
  ]
}

extension ATenCall {
  fileprivate func windowAttributes() throws(ImportError) -> [String: ONNXAttribute] {
    let padding = try integers("padding", count: 2, default: 0)
    return [
      "dilations": .integers(try integers("dilation", count: 2, default: 1)),
      "pads": .integers(padding + padding),
      "strides": .integers(try integers("stride", count: 2, default: 1)),
    ]
  }
}

extension ImportContext {
  /// Windows that are added up in zeros, as PyTorch takes `col2im` apart.
  fileprivate mutating func columnsPut(_ call: ATenCall) throws(ImportError) -> ImportValue {
    let (image, values) = (try call.tensor("self"), try call.tensor("values"))
    guard case .list(let items) = try call.argument("indices"), items.count == 4, image.rank == 4,
      items[0].isNone, items[1].isNone, image.isZero, try call.flag("accumulate"),
      let rows = try WindowPlaces(items[2].tensor?.host, below: image.shape[2]),
      let columns = try WindowPlaces(items[3].tensor?.host, below: image.shape[3]),
      values.shape == image.shape[..<2] + rows.shape + columns.shape
    else { throw call.unsupported("changing elements but for windows that are added up in zeros") }
    let windows = try simple(try transpose(values, [0, 1, 2, 4, 3, 5]))
    let size = image.shape[1] * rows.shape[0] * columns.shape[0]
    let list = reshaped(windows, [image.shape[0], size, rows.shape[1] * columns.shape[1]])
    return try standard(
      "Col2Im",
      [
        list, .host(HostTensor(extents: Array(image.shape[2...]))),
        .host(HostTensor(extents: [rows.shape[0], columns.shape[0]])),
      ],
      [
        "dilations": .integers([rows.dilation, columns.dilation]),
        "strides": .integers([rows.stride, columns.stride]),
      ])
  }

  /// The operand with an axis for the batch, and whether it had one.
  fileprivate mutating func batch(_ call: ATenCall, rank: Int) throws(ImportError)
    -> (value: ImportValue, isBatch: Bool)
  {
    let x = try simple(try call.tensor("self"))
    if x.rank == rank { return (x, true) }
    guard x.rank == rank - 1 else { throw call.unsupported("an operand of \(x.rank) axes") }
    return (reshaped(x, [1] + x.shape), false)
  }

  fileprivate func unbatched(_ value: ImportValue, _ isBatch: Bool) -> ImportValue {
    isBatch ? value : reshaped(value, Array(value.shape.dropFirst()))
  }
}

/// The places along one axis of the elements of windows, `[element, window]`.
private struct WindowPlaces {
  /// How many elements a window has, and how many windows there are.
  let shape: [Dimension]
  let dilation: Int
  let stride: Int

  /// Reads a list that is known; nil where its windows do not lie side by side from the start of
  /// the axis to its end.
  init?(_ list: HostTensor?, below extent: Dimension) throws(ImportError) {
    guard let list, let extent = extent.fixedValue, extent <= 1 << 31, list.rank >= 2,
      list.shape[2...].allSatisfy({ $0 == 1 }), !list.element.isFloat
    else { return nil }
    let (size, count) = (try list.checkedShape()[0], try list.checkedShape()[1])
    let places = try list.integers("the places of windows")
    guard !places.isEmpty, places.allSatisfy({ 0..<extent ~= $0 }) else { return nil }
    let (dilation, stride) = (size > 1 ? places[count] : 1, count > 1 ? places[1] : 1)
    guard dilation > 0, stride > 0,
      places.indices.allSatisfy({ places[$0] == $0 / count * dilation + $0 % count * stride }),
      (extent - 1 - dilation * (size - 1)) / stride + 1 == count
    else { return nil }
    shape = Array(list.shape[..<2])
    (self.dilation, self.stride) = (dilation, stride)
  }
}
