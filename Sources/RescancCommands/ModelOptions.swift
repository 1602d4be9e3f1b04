package import ArgumentParser
internal import GraphIR
internal import Importers
internal import Interpreter

/// The model and what its file does not tell, on every command that takes one.
package struct ModelOptions: ParsableArguments {
  @Argument(help: "A PyTorch checkpoint, a safetensors file, a converted model or a .graph text.")
  package var model: String

  @OptionGroup package var importing: ImportOptionGroup

  package init() {}

  /// Reads the model.
  func load() throws -> Model {
    try about(model) { try Model(path: model, importing.options) }
  }
}

/// How a model is imported.
package struct ImportOptionGroup: ParsableArguments {
  @Option(help: "The network family; recognised from the state dict by default.")
  package var family: String?

  @Option(help: "Number of stages of a checkpoint.")
  package var stages: Int?

  @Option(help: "How stages build on each other: full or add.")
  package var frame: String?

  @Option(help: "Outputs to keep, separated by commas.")
  package var outputs: String?

  package init() {}

  package mutating func validate() throws {
    if let family, !familyNames.contains(family) {
      throw ValidationError(
        "unknown family \(family); choose one of \(familyNames.joined(separator: ", "))")
    }
    if let stages, !(1...64 ~= stages) { throw ValidationError("--stages takes 1 to 64") }
    if let frame, Frame(rawValue: frame) == nil {
      throw ValidationError("--frame takes full or add")
    }
  }

  var options: ImportOptions {
    ImportOptions(
      family: family, stages: stages, frame: frame.flatMap(Frame.init),
      outputs: outputs.map { $0.split(separator: ",").map(String.init) })
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
    try PassRunner(context: PassContext(evaluate: constantEvaluator()))
      .run(Pipeline.optimization, on: &graph)
    return graph
  }
}
