internal import GraphIR

extension ATenMapping {
  /// Operations that put elements elsewhere.
  static let movement: [ATenMapping] = [
    .tensor("permute", "self dims") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      var order: [Int] = []
      for axis in try call.integers("dims") ?? [] {
        order.append(try ONNXCall.axis(axis, of: x.rank))
      }
      guard order.sorted() == Array(0..<x.rank) else {
        throw call.invalid("\(order.prefix(8)) is no order of its axes")
      }
      return try context.transpose(x, order)
    },
    swap("transpose swapdims", "dim0", "dim1"), swap("swapaxes", "axis0", "axis1"),
    .tensor("mT", "self") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      guard x.rank >= 2 else { throw call.invalid("its operand is no matrix") }
      let order = Array(0..<x.rank - 2) + [x.rank - 1, x.rank - 2]
      return try context.transpose(x, order)
    },
    .tensor("movedim moveaxis", "self source destination") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      guard x.rank > 0 else { throw call.invalid("its operand has no axes") }
      return try context.moved(
        x, from: try call.axis("source", of: x.rank), to: try call.axis("destination", of: x.rank))
    },
    .tensor("t numpy_T", "self") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.transpose(x, Array((0..<x.rank).reversed()))
    },
    .tensor("cat concat concatenate", "tensors dim") { call, context throws(ImportError) in
      let values = try context.agreed(try call.tensors("tensors"))
      let axis = try call.axis("dim", of: values[0].rank, default: 0)
      return try context.concat(values, axis)
    },
    .tensor("stack", "tensors dim") { call, context throws(ImportError) in
      var values = try context.agreed(try call.tensors("tensors"))
      let axis = try call.axis("dim", of: values[0].rank + 1, default: 0)
      for index in values.indices {
        guard values[index].rank >= axis else { throw call.invalid("its operands differ in rank") }
        let value = try context.simple(values[index])
        var shape = value.shape
        shape.insert(1, at: axis)
        values[index] = context.reshaped(value, shape)
      }
      return try context.concat(values, axis)
    },
    .tensor("repeat", "self repeats") { call, context throws(ImportError) in
      try context.repeated(try call.tensor("self"), try call.integers("repeats") ?? [])
    },
    .tensor("tile", "self dims") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let repeats = try call.integers("dims") ?? []
      let missing = max(x.rank - repeats.count, 0)
      return try context.repeated(x, [Int](repeating: 1, count: missing) + repeats)
    },
    .tensor("repeat_interleave", "self repeats dim output_size") {
      call, context throws(ImportError) in
      let x = try context.simple(try call.tensor("self"))
      let axis = try call.axis("dim", of: x.rank)
      guard axis < x.rank else { throw call.invalid("its operand has no axes") }
      let count = try call.integer("repeats")
      var split = x.shape
      split.insert(1, at: axis + 1)
      var repeats = [Int](repeating: 1, count: split.count)
      repeats[axis + 1] = count
      var shape = x.shape
      shape[axis] = shape[axis] * .fixed(count)
      let wide = try context.tile(context.reshaped(x, split), repeats)
      return context.reshaped(try context.simple(wide), shape)
    },
    .tensor("pixel_shuffle", "self upscale_factor") { call, context throws(ImportError) in
      try context.blocks("DepthToSpace", call, "upscale_factor")
    },
    .tensor("pixel_unshuffle", "self downscale_factor") { call, context throws(ImportError) in
      try context.blocks("SpaceToDepth", call, "downscale_factor")
    },
    .tensor("channel_shuffle native_channel_shuffle", "self groups") {
      call, context throws(ImportError) in
      let x = try context.simple(try call.tensor("self"))
      let groups = try call.integer("groups")
      guard x.rank >= 2, let channels = x.shape[1].fixedValue, groups >= 1,
        channels % groups == 0
      else { throw call.invalid("\(groups) groups do not divide its channels") }
      let split = [x.shape[0], .fixed(groups), .fixed(channels / groups)] + x.shape[2...]
      let order = [0, 2, 1] + Array(3..<split.count)
      let mixed = try context.simple(
        try context.transpose(context.reshaped(x, split), order))
      return context.reshaped(mixed, x.shape)
    },
    .tensor("index_select", "self dim index") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.standard(
        "Gather", [x, try call.tensor("index")],
        ["axis": .integer(try call.axis("dim", of: x.rank))])
    },
    .tensor("gather", "self dim index sparse_grad") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.standard(
        "GatherElements", [x, try call.tensor("index")],
        ["axis": .integer(try call.axis("dim", of: x.rank))])
    },
    .tensor("scatter", "self dim index src value") { call, context throws(ImportError) in
      let (x, places) = (try call.tensor("self"), try call.tensor("index"))
      var updates = try context.cast(
        try call.tensor(call["value"] == nil ? "src" : "value"), to: x.element)
      // One number for all places.
      if updates.rank == 0 { updates = try context.expand(updates, places.shape) }
      return try context.standard(
        "ScatterElements", [x, places, updates],
        ["axis": .integer(try call.axis("dim", of: x.rank))])
    },
    .tensor("index", "self indices") { call, context throws(ImportError) in
      try context.indexed(call)
    },
    .tensor("roll", "self shifts dims") { call, context throws(ImportError) in
      try context.roll(call)
    },
    .tensor("rot90", "self k dims") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let turns = ((try call.integer("k", default: 1) % 4) + 4) % 4
      // From the first towards the second.
      let axes = (try call.integers("dims") ?? [0, 1]).map { $0 < 0 ? $0 + x.rank : $0 }
      guard axes.count == 2, axes[0] != axes[1], axes.allSatisfy({ 0..<x.rank ~= $0 }) else {
        throw call.invalid("it turns no plane")
      }
      let mirrored = [[], [axes[1]], axes, [axes[0]]][turns]
      let flipped = try context.flipped(x, mirrored)
      var order = Array(0..<x.rank)
      if turns % 2 == 1 { order.swapAt(axes[0], axes[1]) }
      return try context.transpose(flipped, order)
    },
    .tensor("hstack", "tensors") { call, context throws(ImportError) in
      var values = try context.agreed(try call.tensors("tensors"))
      for index in values.indices where values[index].rank == 0 {
        values[index] = context.aligned(try context.simple(values[index]), rank: 1)
      }
      return try context.concat(values, values[0].rank == 1 ? 0 : 1)
    },
    .tensor("flip", "self dims") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.flipped(x, try call.axes("dims", of: x.rank))
    },
  ]

  private static func swap(_ ops: String, _ first: String, _ second: String) -> ATenMapping {
    .tensor(ops, "self \(first) \(second)") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      if x.rank == 0 { return x }
      var order = Array(0..<x.rank)
      order.swapAt(try call.axis(first, of: x.rank), try call.axis(second, of: x.rank))
      return try context.transpose(x, order)
    }
  }
}

extension ImportContext {
  fileprivate mutating func repeated(_ x: ImportValue, _ repeats: [Int]) throws(ImportError)
    -> ImportValue
  {
    try tile(aligned(try simple(x), rank: repeats.count), repeats)
  }

  fileprivate mutating func flipped(_ x: ImportValue, _ axes: [Int]) throws(ImportError)
    -> ImportValue
  {
    let cuts = axes.map { axis in
      Slice.Cut(axis: axis, start: x.shape[axis] - 1, extent: x.shape[axis], step: -1)
    }
    return try slice(x, cuts)
  }

  /// Elements that lists of numbers name, each along one of neighbouring axes.
  fileprivate mutating func indexed(_ call: ATenCall) throws(ImportError) -> ImportValue {
    let x = try call.tensor("self")
    guard case .list(let items) = try call.argument("indices"), items.count <= x.rank else {
      throw call.mismatch("indices", "a list of tensors")
    }
    let axes = items.indices.filter { !items[$0].isNone }
    let lists = axes.compactMap { items[$0].tensor }
    guard let first = axes.first, lists.count == axes.count,
      axes == Array(first..<first + axes.count),
      lists.allSatisfy({ !$0.element.isFloat && $0.element != .bool })
    else { throw call.unsupported("an index of this form") }
    let shape = try broadcast(lists)
    guard let own = Self.ownAxes(of: lists.map(\.shape), in: shape.count) else {
      return try gather(x, lists, firstAxis: first)
    }
    var (result, axis) = (x, first)
    for (list, own) in zip(lists, own) {
      let single = reshaped(try simple(list), own.map { shape[$0] })
      result = try gather(result, single, axis: axis)
      axis += own.count
    }
    let behind = x.shape[(first + lists.count)...]
    return reshaped(try simple(result), x.shape[..<first] + shape + behind)
  }

  /// The axes of what shapes are broadcast to that each has for itself, where they follow each
  /// other, as those do of lists that resize, mirror and cut images.
  private static func ownAxes(of shapes: [[Dimension]], in rank: Int) -> [[Int]]? {
    let axes = shapes.map { shape in
      shape.indices.filter { shape[$0] != 1 }.map { $0 + rank - shape.count }
    }
    let all = axes.flatMap { $0 }
    return zip(all, all.dropFirst()).allSatisfy(<) ? axes : nil
  }

  fileprivate mutating func blocks(_ op: String, _ call: ATenCall, _ factor: String)
    throws(ImportError) -> ImportValue
  {
    let block = try call.integer(factor)
    return try standard(
      op, [try call.tensor("self")], ["blocksize": .integer(block), "mode": .text("CRD")])
  }

  /// What leaves an axis at one end comes in at the other.
  fileprivate mutating func roll(_ call: ATenCall) throws(ImportError) -> ImportValue {
    var x = try call.tensor("self")
    let (shifts, axes) = (try call.integers("shifts") ?? [], try call.integers("dims") ?? [])
    guard shifts.count == axes.count, !axes.isEmpty,
      shifts.allSatisfy({ $0.magnitude <= 1 << 40 })
    else {
      throw call.unsupported("rolling without axes")
    }
    for (shift, axis) in zip(shifts, axes) {
      let axis = try ONNXCall.axis(axis, of: x.rank)
      let extent = x.shape[axis]
      var kept = shift >= 0 ? extent - .fixed(shift) : .fixed(-shift)
      if let known = extent.fixedValue, known > 0 {
        kept = .fixed(((-shift % known) + known) % known)
      }
      x = try rotated(x, axis, at: kept)
    }
    return x
  }
}
