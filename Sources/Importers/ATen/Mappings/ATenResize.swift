internal import GraphIR

extension ATenMapping {
  /// Sampling at other distances.
  static let resize: [ATenMapping] = [
    upsample(
      "upsample_nearest1d upsample_nearest2d", hasCorners: false,
      ["mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"]),
    upsample(
      "_upsample_nearest_exact1d _upsample_nearest_exact2d", hasCorners: false,
      [
        "mode": "nearest", "coordinate_transformation_mode": "half_pixel",
        "nearest_mode": "round_prefer_ceil",
      ]),
    upsample("upsample_linear1d upsample_bilinear2d", hasCorners: true, ["mode": "linear"]),
    upsample("upsample_bicubic2d", hasCorners: true, ["mode": "cubic"]),
    upsample("_upsample_bilinear2d_aa", hasCorners: true, ["mode": "linear"]),
    upsample("_upsample_bicubic2d_aa", hasCorners: true, ["mode": "cubic"]),
    .tensor(
      "grid_sampler grid_sampler_2d", "input grid interpolation_mode padding_mode align_corners"
    ) { call, context throws(ImportError) in
      try context.standard(
        "GridSample", [try call.tensor("input"), try call.tensor("grid")],
        [
          "mode": .text(try call.choice("interpolation_mode", ["linear", "nearest", "cubic"])),
          "padding_mode": .text(
            try call.choice("padding_mode", ["zeros", "border", "reflection"])),
          "align_corners": .flag(try call.flag("align_corners")),
        ])
    },
  ]

  /// Two forms share each name: with one list of scales, and with a number for each axis.
  private static func upsample(_ ops: String, hasCorners: Bool, _ style: [String: String])
    -> ATenMapping
  {
    let first = hasCorners ? "input output_size align_corners" : "input output_size"
    return .tensor(ops, first + " scale_factors scales_w self scales_h scales") {
      call, context throws(ImportError) in
      var attributes = style.mapValues(ONNXAttribute.text)
      if hasCorners {
        let isAligned = try call.flag("align_corners")
        attributes["coordinate_transformation_mode"] = .text(
          isAligned ? "align_corners" : "half_pixel")
      }
      if call.op.hasSuffix("_aa") {
        if try call.flag("align_corners") {
          throw call.unsupported("antialiasing with aligned corners")
        }
        // PyTorch has another filter for these, and weighs nothing outside.
        attributes["antialias"] = .flag(true)
        attributes["exclude_outside"] = .flag(true)
        attributes["cubic_coeff_a"] = .float(-0.5)
      }
      return try context.upsample(call, attributes)
    }
  }
}

extension ImportContext {
  fileprivate mutating func upsample(_ call: ATenCall, _ attributes: [String: ONNXAttribute])
    throws(ImportError) -> ImportValue
  {
    let x = try call.tensor(call["input"] == nil ? "self" : "input")
    let axes = call.op.contains("1d") ? 1 : 2
    guard x.rank == axes + 2 else { throw call.unsupported("an operand of \(x.rank) axes") }
    var attributes = attributes
    attributes["axes"] = .integers(Array(2..<x.rank))
    let scales = try call.scales(axes)
    if let sizes = try call.extents("output_size") {
      guard sizes.count == axes else { throw call.mismatch("output_size", "\(axes) integers") }
      if let scales, !follow(sizes, from: x, scales) {
        throw call.unsupported("scales beside a size that does not follow from them")
      }
      if scales == nil {
        return try standard(
          "Resize", [x, nil, nil, .host(HostTensor(extents: sizes))], attributes)
      }
    }
    guard let scales else { throw ImportError(.program(.missingArgument("output_size"))) }
    return try standard(
      "Resize", [x, nil, .host(HostTensor(.float32, [axes], .floats(scales)))], attributes)
  }

  /// Whether sizes are those that scales give.
  private func follow(_ sizes: [Dimension], from x: ImportValue, _ scales: [Float]) -> Bool {
    zip(zip(sizes, x.shape[2...]), scales).allSatisfy { pair, scale in
      let (size, extent) = pair
      if let extent = extent.fixedValue, let size = size.fixedValue {
        return Int((Double(extent) * Double(scale)).rounded(.down)) == size
      }
      guard let factor = SymbolicNumber(number: Double(scale)) else { return false }
      return (SymbolicNumber(extent) * factor).floor.numerator == size
    }
  }
}

extension ATenCall {
  /// The word that a number stands for.
  fileprivate func choice(_ name: String, _ words: [String]) throws(ImportError) -> String {
    let number = try integer(name)
    guard words.indices.contains(number) else {
      throw mismatch(name, "a number below \(words.count)")
    }
    return words[number]
  }

  /// A factor for each axis, where the call gives them.
  fileprivate func scales(_ axes: Int) throws(ImportError) -> [Float]? {
    if case .list? = self["scale_factors"] {
      let list = try floats("scale_factors") ?? []
      guard list.count == axes else { throw mismatch("scale_factors", "\(axes) numbers") }
      return list
    }
    let first = self["scales_h"] == nil ? "scale_factors" : "scales_h"
    let names =
      axes == 1 ? [self["scales"] == nil ? "scale_factors" : "scales"] : [first, "scales_w"]
    if names.contains(where: { self[$0] == nil }) { return nil }
    var list: [Float] = []
    for name in names { list.append(try float(name)) }
    return list
  }
}
