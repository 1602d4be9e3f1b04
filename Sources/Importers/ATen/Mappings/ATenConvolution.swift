internal import GraphIR

extension ATenMapping {
  /// Convolutions.
  static let convolution: [ATenMapping] = [
    .tensor(
      "conv1d conv2d conv3d _convolution_mode", "input weight bias stride padding dilation groups"
    ) { call, context throws(ImportError) in
      try context.convolution(call, isTransposed: false)
    },
    .tensor(
      "conv_transpose1d conv_transpose2d conv_transpose3d",
      "input weight bias stride padding output_padding groups dilation"
    ) { call, context throws(ImportError) in
      try context.convolution(call, isTransposed: true)
    },
    .tensor(
      "convolution _convolution",
      "input weight bias stride padding dilation transposed output_padding groups benchmark "
        + "deterministic cudnn_enabled allow_tf32"
    ) { call, context throws(ImportError) in
      try context.convolution(call, isTransposed: try call.flag("transposed"))
    },
  ]
}

extension ImportContext {
  fileprivate mutating func convolution(_ call: ATenCall, isTransposed: Bool)
    throws(ImportError) -> ImportValue
  {
    let (x, weight) = (try call.tensor("input"), try call.tensor("weight"))
    let axes = weight.rank - 2
    guard axes >= 1, x.rank == weight.rank else {
      throw call.unsupported("an operand of \(x.rank) axes")
    }
    var attributes: [String: ONNXAttribute] = [
      "strides": .integers(try call.integers("stride", count: axes, default: 1)),
      "dilations": .integers(try call.integers("dilation", count: axes, default: 1)),
      "group": .integer(try call.integer("groups", default: 1)),
    ]
    if case .text(let padding)? = call["padding"] {
      // PyTorch adds what is odd behind, as the upper form does.
      attributes["auto_pad"] = .text(padding == "same" ? "SAME_UPPER" : "VALID")
    } else {
      let padding = try call.integers("padding", count: axes, default: 0)
      attributes["pads"] = .integers(padding + padding)
    }
    if isTransposed {
      attributes["output_padding"] = .integers(
        try call.integers("output_padding", count: axes, default: 0))
    }
    return try standard(
      isTransposed ? "ConvTranspose" : "Conv",
      [x, weight, try call.optionalTensor("bias")], attributes)
  }
}
