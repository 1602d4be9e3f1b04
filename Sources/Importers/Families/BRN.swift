internal import GraphIR
internal import OrderedCollections

/// BRN: bilateral recurrent network, which improves estimates of the rain and of the clean image
/// together (Ren, Shang, Zhu, Hu, Meng, Zuo: Single Image Deraining Using Bilateral Recurrent
/// Network, TIP 2020).
struct BRNFamily: CheckpointFamily {
  let name = "brn"

  func recognises(_ weights: StateDict) -> Bool {
    ["conv0.0", "conv0_r.0", "conv_r.0", "conv.0"].allSatisfy {
      weights.tensors["\($0).weight"] != nil
    }
  }

  func build(_ weights: StateDict, _ options: ImportOptions, notes: inout [String])
    throws(ImportError) -> Graph
  {
    var builder = try ProgressiveBuilder(family: name, weights, stages: options.stages ?? 8)
    return try builder.finish(options, &notes) { builder throws(BuildFailure) in
      try builder.buildBilateral()
    }
  }
}

extension ProgressiveBuilder {
  /// Wires all iterations of BRN.
  ///
  /// Checkpoints hold five residual blocks for the rain, of which the network uses three.
  fileprivate mutating func buildBilateral() throws(BuildFailure) {
    graph.setAttribute("unit", ProgressiveVariant.Unit.lstm.rawValue)
    var (rain, clean) = (image, image)
    var (rainState, state) = (State(), State())
    for stage in 1...stages {
      self.stage = stage
      var r = try first([image, rain], suffix: "_r")
      rainState = try lstm([r, rainState.hidden, state.hidden], rainState.cell, suffix: "_r")
      r = rainState.hidden ?? r
      for block in 1...3 { r = try residual(r, "res_conv\(block)_r") }
      rain = try last(r, suffix: "_r")

      var x = try first([image, clean, rain])
      state = try lstm([x, state.hidden, rainState.hidden], state.cell)
      x = state.hidden ?? x
      for block in 1...5 { x = try residual(x, "res_conv\(block)") }
      clean = try last(x)
      graph.output("clean_\(stage)", clean)
    }
    graph.output("derained", clean)
  }
}
