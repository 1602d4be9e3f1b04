internal import GraphIR

extension ATenMapping {
  /// Normalizations, as networks that are trained compute them.
  static let normalization: [ATenMapping] = [
    .tensor(
      "batch_norm",
      "input weight bias running_mean running_var training momentum eps cudnn_enabled"
    ) { call, context throws(ImportError) in
      try context.batchNormalization(call)
    },
    ATenMapping(
      "_native_batch_norm_legit_no_training",
      "input weight bias running_mean running_var momentum eps"
    ) { call, context throws(ImportError) in
      .list([.tensor(try context.batchNormalization(call)), .none, .none])
    },
    ATenMapping(
      "native_batch_norm _native_batch_norm_legit",
      "input weight bias running_mean running_var training momentum eps"
    ) { call, context throws(ImportError) in
      .list([.tensor(try context.batchNormalization(call)), .none, .none])
    },
    .tensor(
      "instance_norm",
      "input weight bias running_mean running_var use_input_stats momentum eps cudnn_enabled"
    ) { call, context throws(ImportError) in
      guard try call.flag("use_input_stats", default: true) else {
        return try context.batchNormalization(call)
      }
      let x = try call.tensor("input")
      let result = try context.normalized(x, Array(2..<max(x.rank, 2)), try call.epsilon())
      return try context.channelAffine(result.result, call)
    },
    .tensor("group_norm", "input num_groups weight bias eps cudnn_enabled") {
      call, context throws(ImportError) in
      try context.groupNormalization(call, groups: try call.integer("num_groups"))
    },
    ATenMapping("native_group_norm", "input weight bias N C HxW group eps") {
      call, context throws(ImportError) in
      let result = try context.groupNormalization(call, groups: try call.integer("group"))
      return .list([.tensor(result), .none, .none])
    },
    .tensor("layer_norm", "input normalized_shape weight bias eps cudnn_enable") {
      call, context throws(ImportError) in
      try context.layerNormalization(call)
    },
    .tensor("rms_norm", "input normalized_shape weight eps") { call, context throws(ImportError) in
      let x = try call.tensor("input")
      let count = try call.extents("normalized_shape")?.count ?? 1
      guard count >= 1, count <= x.rank else { throw call.invalid("it has \(count) axes") }
      let scale = try call.optionalTensor("weight") ?? .number(1)
      // PyTorch takes the least difference from 1 where nothing is said.
      return try context.standard(
        "RMSNormalization", [x, scale],
        [
          "axis": .integer(x.rank - count),
          "epsilon": .float(try call.float("eps", default: Float.ulpOfOne)),
        ])
    },
    ATenMapping("native_layer_norm", "input normalized_shape weight bias eps") {
      call, context throws(ImportError) in
      .list([.tensor(try context.layerNormalization(call)), .none, .none])
    },
    .tensor("_weight_norm", "v g dim") { call, context throws(ImportError) in
      try context.weightNormalization(call)
    },
    ATenMapping("_weight_norm_interface", "v g dim") { call, context throws(ImportError) in
      .list([.tensor(try context.weightNormalization(call)), .none])
    },
  ]
}

extension ATenCall {
  fileprivate func epsilon() throws(ImportError) -> Float { try float("eps", default: 1e-5) }
}

extension ImportContext {
  fileprivate mutating func batchNormalization(_ call: ATenCall) throws(ImportError)
    -> ImportValue
  {
    let x = try call.tensor("input")
    if try call.flag("training") {
      guard call["running_mean"] == nil, x.rank >= 2 else {
        throw call.unsupported("normalization while training")
      }
      // Of what the image itself has, as instance normalization is said in parts.
      let axes = [0] + Array(2..<x.rank)
      return try channelAffine(try normalized(x, axes, try call.epsilon()).result, call)
    }
    let mean = try call.tensor("running_mean")
    let neutral = { (number: Double) in
      ImportValue.host(HostTensor(.float32, fill: number, mean.shape))
    }
    return try standard(
      "BatchNormalization",
      [
        x, try call.optionalTensor("weight") ?? neutral(1),
        try call.optionalTensor("bias") ?? neutral(0), mean, try call.tensor("running_var"),
      ], ["epsilon": .float(try call.epsilon())])
  }

  fileprivate mutating func groupNormalization(_ call: ATenCall, groups: Int)
    throws(ImportError) -> ImportValue
  {
    let x = try simple(try call.tensor("input"))
    guard x.rank >= 3, let channels = x.shape[1].fixedValue, groups >= 1,
      channels % groups == 0
    else { throw call.invalid("\(groups) groups do not divide its channels") }
    let split = [x.shape[0], .fixed(groups), .fixed(channels / groups)] + x.shape[2...]
    let parts = try normalized(
      reshaped(x, split), Array(2..<split.count), try call.epsilon())
    return try channelAffine(reshaped(parts.result, x.shape), call)
  }

  /// Scale and shift of each channel, where there are any.
  fileprivate mutating func channelAffine(_ x: ImportValue, _ call: ATenCall)
    throws(ImportError) -> ImportValue
  {
    var result = x
    for (name, isScale) in [("weight", true), ("bias", false)] {
      guard let list = try call.optionalTensor(name) else { continue }
      guard list.rank == 1, x.rank >= 2 else { throw call.invalid("its \(name) is no list") }
      let shape = [list.shape[0]] + [Dimension](repeating: 1, count: x.rank - 2)
      let factor = reshaped(list, shape)
      result = isScale ? try product([result, factor]) : try sum([result, factor])
    }
    return result
  }

  /// `v * g / norm`, of all axes of `v` but one; the axis -1 stands for none.
  fileprivate mutating func weightNormalization(_ call: ATenCall) throws(ImportError)
    -> ImportValue
  {
    let (v, g) = (try call.tensor("v"), try call.tensor("g"))
    let kept = try call.integer("dim", default: 0)
    let axes = (0..<v.rank).filter { $0 != kept }
    guard -1..<v.rank ~= kept, !axes.isEmpty else {
      throw call.unsupported("the norm of \(v.rank) axes but \(kept)")
    }
    let norm = try standard(
      "ReduceL2", [v, .host(HostTensor(list: axes))], ["keepdims": .flag(true)])
    return try product([v, try quotient([g, norm])])
  }

  fileprivate mutating func layerNormalization(_ call: ATenCall) throws(ImportError)
    -> ImportValue
  {
    let x = try call.tensor("input")
    let count = try call.extents("normalized_shape")?.count ?? 1
    guard count >= 1, count <= x.rank else { throw call.invalid("it has \(count) axes") }
    var result = try normalized(x, Array(x.rank - count..<x.rank), try call.epsilon()).result
    if let weight = try call.optionalTensor("weight") { result = try product([result, weight]) }
    if let bias = try call.optionalTensor("bias") { result = try sum([result, bias]) }
    return result
  }
}
