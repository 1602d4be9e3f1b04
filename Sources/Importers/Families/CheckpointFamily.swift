internal import GraphIR
internal import OrderedCollections

/// What the user says about a model that its file does not.
package struct ImportOptions: Hashable, Sendable {
  /// Name of the family; nil to recognise it.
  package var family: String?
  /// Number of stages; nil for the family's default.
  package var stages: Int?
  /// How stages build on each other; nil for the family's default.
  package var frame: Frame?
  /// Outputs to keep; nil for the model's default.
  package var outputs: [String]?
  /// How channels are ordered, where the file does not tell; nil for red, green, blue.
  package var channelOrder: ChannelOrder?
  /// Arrays that are there for the inputs of an ONNX model.
  ///
  /// Those that are shapes, axes or indices become constants of the graph, for which they must be
  /// known.
  package var arrays: [String: InputArray]
  /// Shapes of inputs of a program or an ONNX model, where the file leaves them open.
  package var shapes: InputShapes

  /// Takes what the user said; nil is for what the user left open.
  package init(
    family: String? = nil, stages: Int? = nil, frame: Frame? = nil, outputs: [String]? = nil,
    channelOrder: ChannelOrder? = nil, arrays: [String: InputArray] = [:],
    shapes: InputShapes = InputShapes()
  ) {
    self.channelOrder = channelOrder
    self.arrays = arrays
    self.family = family
    self.stages = stages
    self.frame = frame
    self.outputs = outputs
    self.shapes = shapes
  }
}

/// The order of an image's channels in a network.
package enum ChannelOrder: String, CaseIterable, Hashable, Sendable {
  case rgb
  case bgr
}

/// How a stage of RESCAN builds on the one before.
package enum Frame: String, CaseIterable, Hashable, Sendable {
  /// Every stage predicts the whole rain layer.
  case full
  /// Every stage adds to the rain layer of the stage before.
  case add
}

/// A family of networks whose graph follows from the names and shapes of a state dict.
protocol CheckpointFamily: Sendable {
  /// The name for `--family`.
  var name: String { get }

  /// Whether the names in a state dict are those of this family.
  func recognises(_ weights: StateDict) -> Bool

  /// Builds the graph with all its outputs; `notes` takes what the user should know.
  ///
  /// - Throws: `ImportError` of kind `.model` for tensors that are missing or of a wrong shape.
  func build(_ weights: StateDict, _ options: ImportOptions, notes: inout [String])
    throws(ImportError) -> Graph
}

/// Every family, in the order in which they are tried; a new one is one line.
let checkpointFamilies: [any CheckpointFamily] = [
  RescanFamily(),
  PReNetFamily(),
  PReNetRFamily(),
  PReNetGRUFamily(),
  PReNetLSTMFamily(),
  PReNetXFamily(),
  PRNFamily(),
  PRNRFamily(),
  BRNFamily(),
]

/// The names that `--family` accepts.
package var familyNames: [String] { checkpointFamilies.map(\.name) }

/// Whether a state dict is of a known family.
func isKnownFamily(_ weights: StateDict) -> Bool {
  checkpointFamilies.contains { $0.recognises(weights) }
}

/// Builds the graph of a state dict.
///
/// - Throws: `ImportError` of kind `.model` where no family fits, or the chosen one does not.
func buildGraph(_ weights: StateDict, _ options: ImportOptions, notes: inout [String])
  throws(ImportError) -> Graph
{
  guard !weights.tensors.isEmpty else { throw .model(.noTensors) }
  let candidates = checkpointFamilies.filter { options.family == nil || $0.name == options.family }
  guard let family = candidates.first(where: { $0.recognises(weights) }) else {
    if let name = options.family {
      throw .model(.notOfFamily(family: name, reason: "the names or shapes of its tensors differ"))
    }
    throw .model(.unknownFamily(names: Array(weights.tensors.keys.prefix(8))))
  }
  for (name, tensor) in weights.tensors {
    if let index = tensor.elements.firstIndex(where: { !$0.isFinite }) {
      throw .model(.notFinite(name: name, index: index))
    }
  }
  return try family.build(weights, options, notes: &notes)
}
