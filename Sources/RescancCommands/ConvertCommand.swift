package import ArgumentParser
internal import GraphIR
internal import Importers
internal import OrderedCollections

/// `rescanc convert`: a model to a file that opens anywhere.
package struct ConvertCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert a model to safetensors, with its graph, or to ONNX.")

  @OptionGroup var modelOptions: ModelOptions

  @Option(
    name: .shortAndLong, help: "The file to write, NAME.safetensors or NAME.onnx.",
    completion: .file())
  var output: String

  @Option(help: "The form of the graph that is written: imported or optimized.")
  var at: GraphForm = .imported

  package init() {}

  package func run() throws {
    try refuseFolder(output)
    let isONNX = output.hasSuffix(".onnx")
    guard isONNX || output.hasSuffix(".safetensors") else {
      throw CommandError.usage(
        "\(output): the suffix names no format; use .safetensors or .onnx")
    }
    let model = try modelOptions.load()
    let bytes = try about(modelOptions.model) {
      let graph = try at.apply(to: graphToKeep(of: model))
      return try isONNX ? graph.onnxModel() : graph.converted()
    }
    try deliver(bytes, to: output)
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
