internal import GraphIR
internal import OrderedCollections

/// A progressive network: the same layers improve an estimate of the clean image, iteration by
/// iteration.
protocol ProgressiveFamily: CheckpointFamily {
  /// What tells this network from the others of its kind.
  var variant: ProgressiveVariant { get }

  /// A family of the same names and shapes, which is never recognised because this one is.
  var lookalike: String? { get }
}

/// What the progressive networks differ in.
struct ProgressiveVariant {
  /// The recurrent units, by the gates that only they have.
  enum Unit: String, CaseIterable {
    case lstm = "LSTM"
    case gru = "GRU"

    var gates: [String] {
      switch self {
      case .lstm: ["conv_i", "conv_f", "conv_o"]
      case .gru: ["conv_z", "conv_b"]
      }
    }
  }

  /// The recurrent unit after the first convolution, if there is one.
  let unit: Unit?
  /// Whether the first convolution sees the rainy image beside the estimate.
  let seesImage: Bool
  /// Whether the first residual block stands for all five.
  let repeatsBlock: Bool
  /// Whether the rainy image is added to what the last convolution gives.
  let addsImage: Bool
}

extension ProgressiveFamily {
  var lookalike: String? { nil }

  func recognises(_ weights: StateDict) -> Bool {
    func has(_ layer: String) -> Bool { weights.tensors["\(layer).weight"] != nil }
    guard let first = weights.tensors["conv0.0.weight"], first.shape.count == 4 else {
      return false
    }
    let unit = ProgressiveVariant.Unit.allCases.first { $0.gates.contains { has("\($0).0") } }
    return has("res_conv1.0") && has("conv.0") && !has("conv0_r.0")
      && first.shape[1] == (variant.seesImage ? 6 : 3)
      && unit == variant.unit
      && has("res_conv2.0") != variant.repeatsBlock
  }

  func build(_ weights: StateDict, _ options: ImportOptions, notes: inout [String])
    throws(ImportError) -> Graph
  {
    if let lookalike, options.family == nil {
      notes.append("\(lookalike) has the same tensors: if it is one, say --family \(lookalike)")
    }
    let stages = options.stages ?? 6
    var builder = try ProgressiveBuilder(family: name, weights, stages: stages)
    return try builder.finish(options, &notes) { builder throws(BuildFailure) in
      try builder.build(variant)
    }
  }
}

extension ProgressiveBuilder {
  /// Wires all iterations of a network that has one estimate, that of the clean image.
  mutating func build(_ variant: ProgressiveVariant) throws(BuildFailure) {
    if let unit = variant.unit { graph.setAttribute("unit", unit.rawValue) }
    var estimate = image
    var state = State()
    for stage in 1...stages {
      self.stage = stage
      let inputs = variant.seesImage ? [image, estimate] : [estimate]
      var x = try first(inputs)
      if let unit = variant.unit {
        state = unit == .lstm ? try lstm([x, state.hidden], state.cell) : try gru(x, state.hidden)
        x = state.hidden ?? x
      }
      for block in 1...5 { x = try residual(x, "res_conv\(variant.repeatsBlock ? 1 : block)") }
      estimate = try last(x)
      if variant.addsImage { estimate = try apply(.add, estimate, image) }
      graph.output("clean_\(stage)", estimate)
    }
    graph.output("derained", estimate)
  }

  /// A GRU; without a state, that of zeros.
  private mutating func gru(_ x: ValueID, _ hidden: ValueID?) throws(BuildFailure) -> State {
    layer = "gru"
    let z = try gate("conv_z", .sigmoid, [x, hidden])
    guard let hidden else {
      return State(hidden: try apply(.multiply, z, try gate("conv_g", .tanh, [nil, x])))
    }
    let b = try gate("conv_b", .sigmoid, [x, hidden])
    let g = try gate("conv_g", .tanh, [try apply(.multiply, b, hidden), x])
    let kept = try apply(.multiply, try apply(.subtract, graph.scalar(1), z), hidden)
    return State(hidden: try apply(.add, kept, try apply(.multiply, z, g)))
  }
}
