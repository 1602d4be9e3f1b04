internal import GraphIR

extension ATenMapping {
  /// Parts that one operation makes.
  fileprivate static let partLimit = 1 << 10

  /// Parts of tensors, and margins around them.
  static let slicing: [ATenMapping] = [
    .tensor("slice", "self dim start end step") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.slice(x, [try call.slice(of: x)])
    },
    .tensor("select", "self dim index") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.selected(x, try call.selection(of: x))
    },
    .tensor("slice_scatter", "self src dim start end step") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.replaced(try call.slice(of: x), false, of: x, by: try call.tensor("src"))
    },
    .tensor("select_scatter", "self src dim index") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.replaced(
        try call.selection(of: x), true, of: x, by: try call.tensor("src"))
    },
    .tensor("narrow", "self dim start length") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.slice(x, [try call.narrowing(of: x)])
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
        values.append(
          try context.selected(x, Slice.Cut(axis: axis, start: .fixed(index), extent: 1)))
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

extension ATenMapping {
  /// What a call takes of a tensor, where it is one slice along an axis.
  static func cut(
    of x: ImportValue, _ op: String, _ positional: [ATenValue], _ named: [String: ATenValue]
  ) throws(ImportError) -> Slice.Cut? {
    guard let mapping = table[op] else { return nil }
    let call = try ATenCall(op, names: mapping.parameters, positional, named)
    switch op {
    case "slice": return try call.slice(of: x)
    case "select": return try call.selection(of: x)
    case "narrow": return try call.narrowing(of: x)
    default: return nil
    }
  }
}

extension ATenCall {
  fileprivate func slice(of x: ImportValue) throws(ImportError) -> Slice.Cut {
    let axis = try axis("dim", of: x.rank, default: 0)
    let start = self["start"] == nil ? 0 : try symbol("start")
    let end = self["end"] == nil ? .fixed(Int.max) : try symbol("end")
    let step = try integer("step", default: 1)
    guard step > 0 else { throw invalid("its step is \(step)") }
    return ImportContext.cut(axis, x.shape[axis], start, end, step)
  }

  fileprivate func selection(of x: ImportValue) throws(ImportError) -> Slice.Cut {
    let axis = try axis("dim", of: x.rank)
    let (extent, index) = (x.shape[axis], try symbol("index"))
    let place = (index.fixedValue ?? 0) < 0 ? extent + index : index
    guard [place, extent - 1 - place].compactMap(\.fixedValue).allSatisfy({ $0 >= 0 }) else {
      throw invalid("an index is out of range")
    }
    return Slice.Cut(axis: axis, start: place, extent: 1)
  }

  fileprivate func narrowing(of x: ImportValue) throws(ImportError) -> Slice.Cut {
    let axis = try axis("dim", of: x.rank)
    var start = try symbol("start")
    if let known = start.fixedValue, known < 0 { start = x.shape[axis] + start }
    return Slice.Cut(axis: axis, start: start, extent: try symbol("length"))
  }
}

extension ImportContext {
  /// One slice of an axis, without the axis.
  fileprivate mutating func selected(_ x: ImportValue, _ cut: Slice.Cut) throws(ImportError)
    -> ImportValue
  {
    dropping([cut.axis], of: try simple(try slice(x, [cut])), unless: false)
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
    let number = ImportValue.number(try call.float("value", default: 0))
    let value = mode == .constant ? try cast(number, to: x.element).host?.uniform ?? 0 : 0
    return try pad(x, Pad(low: low, high: high, mode: mode, value: Float(value)))
  }
}
