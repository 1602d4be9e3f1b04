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
}
