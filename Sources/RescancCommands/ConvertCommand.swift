package import ArgumentParser
internal import GraphIR
internal import Importers
internal import OrderedCollections

/// `rescanc convert`: a model to a file that opens anywhere.
package struct ConvertCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert a model to safetensors, with its graph.")

  @OptionGroup var modelOptions: ModelOptions

  @Option(name: .shortAndLong, help: "The file to write, NAME.safetensors.")
  var output: String

  package init() {}

  package func run() throws {
    try checkSuffix()
    let model = try modelOptions.load()
    let bytes = try about(modelOptions.model) { try graphToKeep(of: model).converted() }
    try deliver(bytes, to: output)
  }

  private func checkSuffix() throws {
    if output.hasSuffix(".safetensors") { return }
    guard output.hasSuffix(".onnx") else {
      throw CommandError.usage("\(output): the suffix names no format; use .safetensors")
    }
    throw CommandError(
      status: 3,
      message: "\(output): models cannot be written as ONNX yet; convert to .safetensors")
  }

  /// The whole graph, or what the outputs need that the user named.
  private func graphToKeep(of model: Model) throws -> Graph {
    guard modelOptions.importing.outputs != nil else { return model.completeGraph }
    var graph = model.graph
    graph.setDefaultOutputs(graph.outputs.map(\.name))
    try optimize(&graph, with: [EliminateDeadCode()])
    return graph
  }
}
