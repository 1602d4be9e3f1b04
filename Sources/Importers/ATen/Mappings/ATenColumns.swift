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
