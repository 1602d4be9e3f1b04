package import ArgumentParser
internal import GraphIR
internal import Importers
internal import Interpreter

/// The model and what its file does not tell, on every command that takes one.
package struct ModelOptions: ParsableArguments {
  @Argument(
    help: "A PyTorch checkpoint, a safetensors file, an ONNX model or a .graph text.",
    completion: .file())
  package var model: String

  @OptionGroup package var importing: ImportOptionGroup

  package init() {}

  /// Reads the model with its weights.
  ///
  /// - Parameter arrays: What is there for the model's inputs.
  func load(arrays: [String: InputArray] = [:]) throws -> Model {
    var options = importing.options
    options.arrays = arrays
    return try loadModel(model, options)
  }
}

/// Reads a model that is to be computed with, and passes on what its importer notes.
///
/// - Throws: `CommandError`, also for a textual graph, which has no weights.
func loadModel(_ path: String, _ options: ImportOptions) throws -> Model {
  try about(path) {
    let model = try Model(path: path, options)
    report(model.notes, about: path)
    if let name = model.graph.weightWithoutElements {
      throw CommandError(
        status: 3,
        message: "the weight @\(name) has no elements, as in every textual graph; bring the model "
          + "that the graph was made from")
    }
    return model
  }
}

/// Tells the user what was noted while a file was read.
func report(_ notes: [String], about path: String) {
  for note in notes { Streams.report(note: "\(path): \(note)") }
}

extension Graph {
  /// The first weight of which only name and type are known.
  fileprivate var weightWithoutElements: String? {
    weightNames.first { name in weight(named: name).map { tensor(of: $0) == nil } ?? false }
  }
}

/// How a model is imported.
package struct ImportOptionGroup: ParsableArguments {
  @Option(
    help: "The network family; recognised from the state dict by default.",
    completion: .list(familyNames))
  package var family: String?

  @Option(help: "Number of stages of a checkpoint.")
  package var stages: Int?

  @Option(help: "How stages build on each other: full or add.", completion: .list(["full", "add"]))
  package var frame: String?

  @Option(help: "Outputs to keep, separated by commas; write \\, for a comma in a name.")
  package var outputs: String?

  @Option(help: "The order of channels of an ONNX model: rgb or bgr; rgb by default.")
  package var channelOrder: String?

  @Option(
    help: ArgumentHelp(
      "The shape of an input, such as 1x3x256x256, where the file leaves it open; may be repeated.",
      discussion: "For programs and ONNX models that cannot be read for all sizes; ? is for an "
        + "extent that stays free. NAME= may be left out where there is one input.",
      valueName: "[NAME=]SHAPE"))
  var inputShape: [InputShapeArgument] = []

  package init() {}

  package mutating func validate() throws {
    if let family, !familyNames.contains(family) {
      let nearest = nearestNames(to: family, among: familyNames).first
      throw ValidationError(
        "unknown family \(family); choose one of \(familyNames.joined(separator: ", "))"
          + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
    if let stages, !(1...64 ~= stages) { throw ValidationError("--stages takes 1 to 64") }
    if let frame, Frame(rawValue: frame) == nil {
      throw ValidationError("--frame takes full or add")
    }
    if let channelOrder, ChannelOrder(rawValue: channelOrder) == nil {
      throw ValidationError("--channel-order takes rgb or bgr")
    }
    try checkOutputs()
    let names = inputShape.map(\.name)
    guard Set(names).count == names.count, !names.contains("") || names.count == 1 else {
      throw ValidationError("--input-shape takes one shape for each input, with its name")
    }
  }

  /// Outputs are named, and each once.
  private func checkOutputs() throws {
    guard let names = outputNames else { return }
    if names.isEmpty { throw ValidationError("--outputs takes names with commas between them") }
    if let name = names.indices.first(where: { names[..<$0].contains(names[$0]) }).map({ names[$0] }
    ) {
      throw ValidationError("--outputs names \(name) twice")
    }
  }

  private var outputNames: [String]? {
    outputs.map { list in
      // A comma behind a backslash belongs to the name.
      var names = [""]
      var isEscaped = false
      for character in list {
        if character == "," && !isEscaped {
          names.append("")
        } else if character == "\\" && !isEscaped {
          isEscaped = true
          continue
        } else {
          names[names.count - 1].append(character)
        }
        isEscaped = false
      }
      return names.filter { !$0.isEmpty }
    }
  }

  /// The options that were given, as on the command line.
  var text: String {
    let values =
      [
        ("family", family), ("stages", stages.map(String.init)), ("frame", frame),
        ("outputs", outputs), ("channel-order", channelOrder),
      ] + inputShape.map { ("input-shape", $0.text) }
    return values.compactMap { name, value in value.map { "--\(name) \($0)" } }
      .joined(separator: " ")
  }

  private var shapes: InputShapes {
    var named: [String: InputShapes.Shape] = [:]
    for argument in inputShape { named[argument.name] = argument.shape }
    let unnamed = named.removeValue(forKey: "")
    return InputShapes(named, unnamed: unnamed)
  }

  /// The options for the importer.
  var options: ImportOptions {
    ImportOptions(
      family: family, stages: stages, frame: frame.flatMap(Frame.init), outputs: outputNames,
      channelOrder: channelOrder.flatMap(ChannelOrder.init), shapes: shapes)
  }
}

/// A shape with the name of its input, as `NAME=1x3x?x?`; the name is empty where it was left out.
struct InputShapeArgument: ExpressibleByArgument {
  let name: String
  let shape: InputShapes.Shape
  /// What was written.
  let text: String

  private static let largestExtent = 1 << 30
  private static let largestRank = 8

  init?(argument: String) {
    text = argument
    let split = argument.lastIndex(of: "=")
    name = split.map { String(argument[..<$0]) } ?? ""
    let list = split.map { argument[argument.index(after: $0)...] } ?? argument[...]
    let parts = list.lowercased().split(separator: "x", omittingEmptySubsequences: false)
    var shape: InputShapes.Shape = []
    for part in parts {
      let extent = Int(part)
      guard part == "?" || extent.map({ 1...Self.largestExtent ~= $0 }) == true else { return nil }
      shape.append(extent)
    }
    guard split == nil || !name.isEmpty, shape.count <= Self.largestRank else { return nil }
    self.shape = shape
  }
}

/// How far a graph is brought before it is used.
enum GraphForm: String, CaseIterable, ExpressibleByArgument {
  case imported
  case optimized

  /// The graph in this form.
  func apply(to graph: Graph) throws -> Graph {
    guard self == .optimized else { return graph }
    var graph = graph
    try optimize(&graph)
    return graph
  }
}

/// Runs passes on a graph, with the interpreter for arithmetic on constants.
///
/// - Returns: What every pass did.
@discardableResult
func optimize(_ graph: inout Graph, with passes: [any Pass] = Pipeline.optimization) throws
  -> [PassReport]
{
  try PassRunner(context: PassContext(evaluate: constantEvaluator())).run(passes, on: &graph)
}
