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
    .tensor("transpose swapaxes", "self dim0 dim1") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      var order = Array(0..<x.rank)
      order.swapAt(
        try call.axis("dim0", of: x.rank), try call.axis("dim1", of: x.rank))
      return try context.transpose(x, order)
    },
    .tensor("t numpy_T", "self") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      return try context.transpose(x, Array((0..<x.rank).reversed()))
    },
    .tensor("cat concat concatenate", "tensors dim") { call, context throws(ImportError) in
      let values = try call.tensors("tensors")
      let axis = try call.axis("dim", of: values[0].rank, default: 0)
      return try context.concat(values, axis)
    },
    .tensor("stack", "tensors dim") { call, context throws(ImportError) in
      var values = try call.tensors("tensors")
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
      let repeats = try call.integers("repeats") ?? []
      let x = try context.simple(try call.tensor("self"))
      return try context.tile(context.aligned(x, rank: repeats.count), repeats)
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
    .tensor("roll", "self shifts dims") { call, context throws(ImportError) in
      try context.roll(call)
    },
    .tensor("flip", "self dims") { call, context throws(ImportError) in
      let x = try call.tensor("self")
      let cuts = try call.axes("dims", of: x.rank).map { axis in
        Slice.Cut(axis: axis, start: x.shape[axis] - 1, extent: x.shape[axis], step: -1)
      }
      return try context.slice(x, cuts)
    },
  ]
}

extension ImportContext {
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
    guard shifts.count == axes.count, !axes.isEmpty else {
      throw call.unsupported("rolling without axes")
    }
    for (shift, axis) in zip(shifts, axes) {
      let axis = try ONNXCall.axis(axis, of: x.rank)
      let extent = x.shape[axis]
      var kept = shift >= 0 ? extent - .fixed(shift) : .fixed(-shift)
      if let known = extent.fixedValue, known > 0 {
        kept = .fixed(((-shift % known) + known) % known)
      }
      if kept == 0 || kept == extent { continue }
      let back = try slice(x, [Slice.Cut(axis: axis, start: kept, extent: extent - kept)])
      let front = try slice(x, [Slice.Cut(axis: axis, start: 0, extent: kept)])
      x = try concat([back, front], axis)
    }
    return x
  }
}
