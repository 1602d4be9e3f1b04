internal import GraphIR
internal import OrderedCollections

/// RESCAN: recurrent squeeze-and-excitation context aggregation net (Li, Wu, Lin, Liu, Zha:
/// Recurrent Squeeze-and-Excitation Context Aggregation Net for Single Image Deraining,
/// ECCV 2018).
///
/// Unit, channels, depth and squeeze-and-excitation follow from the state dict; stages (4) and
/// frame (full) do not.
struct RescanFamily: CheckpointFamily {
  let name = "rescan"

  func recognises(_ weights: StateDict) -> Bool {
    weights.tensors["dec.0.weight"] != nil && weights.tensors["dec.3.weight"] != nil
      && weights.tensors.keys.contains { $0.hasPrefix("rnns.0.") }
  }

  func build(_ weights: StateDict, _ options: ImportOptions, notes: inout [String])
    throws(ImportError) -> Graph
  {
    let shape = try RescanShape(weights, options)
    do throws(BuildFailure) {
      var builder = RescanBuilder(shape, weights)
      try builder.build()
      if !builder.reader.unused.isEmpty {
        notes.append("unused tensors: \(builder.reader.unused.joined(separator: ", "))")
      }
      return try builder.finish()
    } catch {
      throw error.importError
    }
  }
}

/// The hyper-parameters of a RESCAN.
struct RescanShape {
  /// The recurrent unit of every layer.
  enum Unit: String, CaseIterable {
    case conv = "Conv"
    case rnn = "RNN"
    case gru = "GRU"
    case lstm = "LSTM"

    /// The input convolutions of a layer, whose names tell the unit.
    var inputConvolutions: [String] {
      switch self {
      case .conv: ["conv"]
      case .rnn: ["conv_x"]
      case .gru: ["conv_xz", "conv_xr", "conv_xn"]
      case .lstm: ["conv_xf", "conv_xi", "conv_xo", "conv_xj"]
      }
    }
  }

  let unit: Unit
  /// Channels of every layer.
  let channels: Int
  /// Recurrent layers, `depth − 2`.
  let layers: Int
  let usesSE: Bool
  /// Width of the hidden layer of squeeze-and-excitation.
  let squeezed: Int
  let stages: Int
  let frame: Frame

  /// Reads the hyper-parameters off names and shapes.
  init(_ weights: StateDict, _ options: ImportOptions) throws(ImportError) {
    let names = weights.tensors.keys
    guard
      let unit = Unit.allCases.first(where: { unit in
        unit.inputConvolutions.allSatisfy { weights.tensors["rnns.0.\($0).weight"] != nil }
      })
    else { throw .model(.missingTensor(name: "rnns.0.conv_x….weight")) }
    self.unit = unit
    let reader = WeightReader(weights)
    channels = try reader.shape(of: "rnns.0.\(unit.inputConvolutions[0]).weight", rank: 4)[0]
    let indices = Set(names.compactMap(Self.layer(of:)))
    layers = (indices.max() ?? 0) + 1
    guard indices.count == layers, layers <= 24 else {
      throw .model(.notOfFamily(family: "rescan", reason: "its layers are not numbered from 0"))
    }
    usesSE = names.contains("rnns.0.se.fc.0.weight")
    squeezed = usesSE ? try reader.shape(of: "rnns.0.se.fc.0.weight", rank: 2)[0] : 0
    stages = options.stages ?? 4
    frame = options.frame ?? .full
  }

  private static func layer(of name: String) -> Int? {
    let parts = name.split(separator: ".")
    return parts.count > 1 && parts[0] == "rnns" ? Int(parts[1]) : nil
  }

  /// Dilation of the input convolutions of a layer: 1, 1, 2, 4, 8, ….
  func dilation(ofLayer layer: Int) -> Int { layer == 0 ? 1 : 1 << (layer - 1) }
}
