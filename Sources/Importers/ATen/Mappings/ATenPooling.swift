internal import GraphIR

extension ATenMapping {
  /// The largest elements and means of windows.
  static let pooling: [ATenMapping] = [
    .tensor(
      "max_pool1d max_pool2d max_pool3d",
      "self kernel_size stride padding dilation ceil_mode"
    ) { call, context throws(ImportError) in
      try context.pool(call, "MaxPool")
    },
    ATenMapping(
      "max_pool2d_with_indices max_pool3d_with_indices",
      "self kernel_size stride padding dilation ceil_mode"
    ) { call, context throws(ImportError) in
      let standard = try context.standardPool(call, "MaxPool")
      return .tensors([
        try context.pool(standard, .maximum),
        try context.pool(standard, .place).labelled(.int64),
      ])
    },
    .tensor("max_unpool2d max_unpool3d", "self indices output_size stride padding") {
      call, context throws(ImportError) in
      let (x, places) = (try call.tensor("self"), try call.tensor("indices"))
      let axes = call.op.contains("3d") ? 3 : 2
      guard x.rank == axes + 2, let extents = try call.extents("output_size"),
        extents.count == axes
      else {
        throw call.unsupported("an operand of \(x.rank) axes")
      }
      return try context.unpool(x, places, extents)
    },
    .tensor(
      "avg_pool1d avg_pool2d avg_pool3d",
      "self kernel_size stride padding ceil_mode count_include_pad divisor_override"
    ) { call, context throws(ImportError) in
      guard call["divisor_override"] == nil else {
        throw call.unsupported("a mean with another divisor")
      }
      return try context.pool(call, "AveragePool")
    },
    .tensor("adaptive_avg_pool1d adaptive_avg_pool2d", "self output_size") {
      call, context throws(ImportError) in
      try context.adaptivePool(call, .mean, "AveragePool")
    },
    .tensor("_adaptive_avg_pool2d", "self output_size") { call, context throws(ImportError) in
      try context.adaptivePool(call, .mean, "AveragePool")
    },
    ATenMapping("adaptive_max_pool2d", "self output_size") { call, context throws(ImportError) in
      .list([.tensor(try context.adaptivePool(call, .maximum, "MaxPool")), .none])
    },
  ]
}

extension ImportContext {
  fileprivate mutating func pool(_ call: ATenCall, _ op: String) throws(ImportError)
    -> ImportValue
  {
    try standard(try standardPool(call, op))
  }

  /// The call of the operation of ONNX.
  fileprivate func standardPool(_ call: ATenCall, _ op: String) throws(ImportError) -> ONNXCall {
    let x = try call.tensor("self")
    let axes = call.op.contains("1d") ? 1 : call.op.contains("3d") ? 3 : 2
    guard x.rank == axes + 2 else { throw call.unsupported("an operand of \(x.rank) axes") }
    let kernel = try call.integers("kernel_size", count: axes, default: 1)
    let strides = try call.integers("stride") ?? []
    let padding = try call.integers("padding", count: axes, default: 0)
    var attributes: [String: ONNXAttribute] = [
      "kernel_shape": .integers(kernel), "pads": .integers(padding + padding),
      "strides": .integers(
        strides.isEmpty ? kernel : try call.integers("stride", count: axes, default: 1)),
      "ceil_mode": .flag(try call.flag("ceil_mode")),
    ]
    if op == "MaxPool" {
      attributes["dilations"] = .integers(
        try call.integers("dilation", count: axes, default: 1))
    } else {
      attributes["count_include_pad"] = .flag(
        try call.flag("count_include_pad", default: true))
    }
    return standardCall(op, [x], attributes)
  }

  /// Windows that share an axis evenly; most often there is one.
  fileprivate mutating func adaptivePool(
    _ call: ATenCall, _ kind: Reduce.Kind, _ op: String
  ) throws(ImportError) -> ImportValue {
    let x = try call.tensor("self")
    let axes = call.op.contains("1d") ? 1 : 2
    guard x.rank > axes else { throw call.unsupported("an operand of \(x.rank) axes") }
    let extents = Array(x.shape.suffix(axes))
    let sizes = try call.outputSizes(extents)
    if zip(sizes, extents).allSatisfy({ $0 == 1 || $0 == $1 }) {
      let whole = sizes.indices.filter { sizes[$0] == 1 }.map { $0 + x.rank - axes }
      return try reduce(kind, x, whole, keepsDimensions: true)
    }
    var kernel: [Int] = []
    for (size, extent) in zip(sizes, extents) {
      guard let size = size.fixedValue, let extent = extent.fixedValue else {
        throw call.sizes("\(extents) are pooled to \(sizes)")
      }
      guard size > 0, extent % size == 0 else {
        throw call.unsupported("pooling of \(extents) to \(sizes)")
      }
      kernel.append(extent / size)
    }
    return try standard(op, [x], ["kernel_shape": .integers(kernel), "strides": .integers(kernel)])
  }
}

extension ATenCall {
  /// The sizes of the result, which may be left open.
  fileprivate func outputSizes(_ extents: [Dimension]) throws(ImportError) -> [Dimension] {
    guard case .list(let items) = try argument("output_size") else {
      let size = try symbol("output_size")
      return extents.map { _ in size }
    }
    guard items.count == extents.count else {
      throw mismatch("output_size", "\(extents.count) integers")
    }
    var sizes: [Dimension] = []
    for (item, extent) in zip(items, extents) {
      sizes.append(item.isNone ? extent : try item.number?.extents("a size").first ?? extent)
    }
    return sizes
  }
}
