internal import Codegen
internal import Evaluation
internal import GraphIR
internal import Importers

extension Network {
  /// Compiles a model.
  ///
  /// - Parameter allStages: Whether the picture after every stage is wanted, or the result only.
  /// - Throws: `CommandError` of status 3 where the model does not make pictures from pictures.
  init(_ model: Model, _ importing: ImportOptionGroup, allStages: Bool) throws {
    var graph = importing.outputs == nil ? try model.programGraph() : model.graph
    guard let result = graph.result, graph.makesPictures(result) else {
      throw CommandError(
        status: 3,
        message: "the model does not turn one image of 3 channels into another called derained; "
          + "choose an output with --outputs")
    }
    let stages = graph.outputs.filter { output in
      output.name.hasPrefix("stage_") && graph.makesPictures(output)
    }
    graph.setOutputs((allStages ? stages : []) + [result])
    try graph.checkFitsProgram()
    try optimize(&graph)
    let program = try NativeProgram(try Plan(graph, for: Target.named()), info: ProgramInfo([]))
    self.init(
      program, isBGR: graph.attribute("channel_order") == "bgr",
      stageOutputs: Array(graph.outputs.indices))
  }
}

extension Graph {
  /// The output that is the final image: `derained`, or the only one.
  fileprivate var result: GraphOutput? {
    outputs.count == 1 ? outputs[0] : outputs.first { $0.name == "derained" }
  }

  /// Whether an output is an image as large as the only input.
  fileprivate func makesPictures(_ output: GraphOutput) -> Bool {
    inputs.count == 1 && type(of: inputs[0]).channels == 3
      && type(of: output.value) == type(of: inputs[0])
  }
}
