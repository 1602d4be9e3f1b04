package import ArgumentParser
internal import Codegen
internal import GraphIR
internal import Importers

/// `rescanc compare`: finds the operation at which a model goes wrong.
package struct CompareCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare a model's computations with each other and with reference arrays.",
    discussion: """
      The folder holds NAME.npy for every input and, as far as they are known, for outputs and \
      inner values. Where computations part, the first operation that is wrong is printed. The \
      status is 0 where all agree and 1 where something differs.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @Option(
    help: "The folder with NAME.npy for inputs, outputs and inner values.", completion: .directory)
  var reference: String

  @Option(help: "The error that is tolerated, for numbers up to 1.")
  var tolerance: Float = 2e-5

  @Option(help: "Threads; 0 for one per core.")
  var threads: Int = 0

  @Option(help: "The CPU to generate code for.")
  var cpu: String = "native"

  @Flag(help: "Print JSON.")
  var json = false

  package init() {}

  package mutating func validate() throws {
    guard 0...1024 ~= threads else { throw ValidationError("--threads takes 0 to 1024") }
    guard tolerance >= 0, tolerance.isFinite else {
      throw ValidationError("--tolerance takes a number of at least 0")
    }
  }

  package func run() throws {
    let folder = try ReferenceFolder(path: reference)
    let model = try modelOptions.load(arrays: folder.arrays)
    try about(modelOptions.model) { try model.graph.checkFitsProgram() }
    let graph = graph(of: model, folder)
    let inputs = try folder.inputs(of: graph)
    let references = try folder.references(for: graph, bound: model.boundInputs)
    for name in references.unknown {
      Streams.report(note: "\(reference)/\(name).npy: the model has no such value")
    }
    if references.known.isEmpty {
      Streams.report(note: "\(reference): holds no results; only backends are compared")
    }
    let comparer = try makeComparer()
    let tensors = graph.inputs.compactMap { inputs[graph[$0].name ?? ""] }
    let report = try about(reference) {
      try comparer.compare(graph, tensors, references.known)
    }
    try Streams.write(json ? try ComparisonDocument(report).text : report.text)
    try about(modelOptions.model) { try report.check() }
  }

  /// The imported graph with the outputs that are kept and those that the folder has.
  private func graph(of model: Model, _ folder: ReferenceFolder) -> Graph {
    var graph = model.graph
    guard modelOptions.importing.outputs == nil else { return graph }
    let kept = graph.outputs.map(\.name)
    graph.setOutputs(
      model.allOutputs.filter { kept.contains($0.name) || folder.has(arrayName($0.name)) })
    return graph
  }

  private func makeComparer() throws -> Comparer {
    let target = try Target.named(cpu: cpu)
    return Comparer(tolerance: tolerance, threads: threads) { [threads] graph, inputs in
      try runNatively(graph, inputs, for: target, threads: threads)
    }
  }
}
