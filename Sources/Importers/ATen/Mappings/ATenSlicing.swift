internal import GraphIR

extension ATenMapping {
  /// Parts that one operation makes.
  fileprivate static let partLimit = 1 << 10

  /// Parts of tensors, and margins around them.
  static let slicing: [ATenMapping] = [
    .tensor("slice", "self dim start end step") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axis = try call.axis("dim", of: x.rank, default: 0)
      let start = call["start"] == nil ? 0 : try call.symbol("start")
      let end = call["end"] == nil ? .fixed(Int.max) : try call.symbol("end")
      let step = try call.integer("step", default: 1)
      guard step > 0 else { throw call.invalid("its step is \(step)") }
      return try context.slice(
        x, [ImportContext.cut(axis, x.shape[axis], start, end, step)])
    },
    .tensor("select", "self dim index") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.selected(
        x, try call.axis("dim", of: x.rank), try call.symbol("index"), call)
    },
    .tensor("narrow", "self dim start length") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axis = try call.axis("dim", of: x.rank)
      var start = try call.symbol("start")
      if let known = start.fixedValue, known < 0 { start = x.shape[axis] + start }
      return try context.slice(
        x, [Slice.Cut(axis: axis, start: start, extent: try call.symbol("length"))])
    },
    ATenMapping("split split_with_sizes", "self split_size dim split_sizes") {
      call, context throws(ImportError) in
      let name = call["split_sizes"] == nil ? "split_size" : "split_sizes"
      guard case .list = try call.argument(name) else {
        return try context.parts(call, of: try call.integer(name))
      }
      return try context.parts(call, try call.extents(name) ?? [])
    },
    ATenMapping("chunk", "self chunks dim") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axis = try call.axis("dim", of: x.rank, default: 0)
      let count = try call.integer("chunks")
      guard 1...ATenMapping.partLimit ~= count else {
        throw call.invalid("it makes \(count) parts")
      }
      if count == 1 { return .tensors([x]) }
      guard let extent = x.shape[axis].fixedValue else {
        let part = x.shape[axis].scaled(over: count)
        guard part * .fixed(count) == x.shape[axis] else {
          throw call.sizes("an extent that is not known has parts")
        }
        return try context.parts(call, [Dimension](repeating: part, count: count))
      }
      return try context.parts(call, of: extent.ceiledQuotient(count))
    },
    ATenMapping("unbind", "self dim") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let axis = try call.axis("dim", of: x.rank, default: 0)
      guard let extent = x.shape[axis].fixedValue, extent <= ATenMapping.partLimit else {
        throw call.sizes("an extent that is not known has parts")
      }
      var values: [ImportValue] = []
      for index in 0..<extent {
        values.append(try context.selected(x, axis, .fixed(index), call))
      }
      return .tensors(values)
    },
    .tensor("constant_pad_nd", "self pad value") { call, context throws(ImportError) in
      try context.padded(call, "pad", .constant)
    },
    .tensor("pad", "self pad mode value") { call, context throws(ImportError) in
      let modes: [String: Pad.Mode] = [
        "constant": .constant, "reflect": .reflect, "replicate": .edge, "circular": .wrap,
      ]
      let mode = try call.text("mode", default: "constant")
      guard let mode = modes[mode] else { throw call.unsupported("padding \(quoted(mode))") }
      return try context.padded(call, "pad", mode)
    },
    .tensor("reflection_pad1d reflection_pad2d", "self padding") {
      call, context throws(ImportError) in
      try context.padded(call, "padding", .reflect)
    },
    .tensor("replication_pad1d replication_pad2d replication_pad3d", "self padding") {
      call, context throws(ImportError) in
      try context.padded(call, "padding", .edge)
    },
  ]
}

extension ImportContext {
  /// One slice of an axis, without the axis.
  fileprivate mutating func selected(
    _ x: ImportValue, _ axis: Int, _ index: Dimension, _ call: ATenCall
  ) throws(ImportError) -> ImportValue {
    guard axis < x.rank else { throw call.invalid("it has no axis \(axis)") }
    let extent = x.shape[axis]
    let place = (index.fixedValue ?? 0) < 0 ? extent + index : index
    guard [place, extent - 1 - place].compactMap(\.fixedValue).allSatisfy({ $0 >= 0 }) else {
      throw call.invalid("an index is out of range")
    }
    let part = try simple(try slice(x, [Slice.Cut(axis: axis, start: place, extent: 1)]))
    return dropping([axis], of: part, unless: false)
  }

  /// Parts of equal size, and what is left.
  fileprivate mutating func parts(_ call: ATenCall, of size: Int) throws(ImportError)
    -> ATenValue
  {
    let x = try call.tensor("self")
    let axis = try call.axis("dim", of: x.rank, default: 0)
    guard size > 0, let extent = x.shape[axis].fixedValue, extent / size < ATenMapping.partLimit
    else {
      throw call.sizes("an extent that is not known has parts")
    }
    let sizes = stride(from: 0, to: extent, by: size).map { min(size, extent - $0) }
    return try parts(call, sizes.map(Dimension.fixed))
  }

  fileprivate mutating func parts(_ call: ATenCall, _ sizes: [Dimension]) throws(ImportError)
    -> ATenValue
  {
    let x = try call.tensor("self")
    let axis = try call.axis("dim", of: x.rank, default: 0)
    guard sizes.reduce(0, +) == x.shape[axis], sizes.allSatisfy({ ($0.fixedValue ?? 0) >= 0 })
    else { throw call.invalid("its parts do not add up to the extent of axis \(axis)") }
    var values: [ImportValue] = []
    var start: Dimension = 0
    for size in sizes {
      values.append(try slice(x, [Slice.Cut(axis: axis, start: start, extent: size)]))
      start = start + size
    }
    return .tensors(values)
  }

  /// Margins come in pairs, those of the last axis first.
  fileprivate mutating func padded(_ call: ATenCall, _ name: String, _ mode: Pad.Mode)
    throws(ImportError) -> ImportValue
  {
    let x = try call.tensor("self")
    var margins = try call.extents(name) ?? []
    if margins.count == 1 {
      margins = [Dimension](repeating: margins[0], count: call.op.contains("1d") ? 2 : 4)
    }
    guard margins.count % 2 == 0, margins.count <= 2 * x.rank else {
      throw call.invalid("it has \(margins.count) margins for \(x.rank) axes")
    }
    var low = [Dimension](repeating: 0, count: x.rank)
    var high = low
    for pair in 0..<margins.count / 2 {
      (low[x.rank - 1 - pair], high[x.rank - 1 - pair]) = (margins[2 * pair], margins[2 * pair + 1])
    }
    let value = mode == .constant ? try call.float("value", default: 0) : 0
    return try pad(x, Pad(low: low, high: high, mode: mode, value: value))
  }
}
