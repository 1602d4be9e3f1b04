package import ArgumentParser
internal import Codegen
internal import GraphIR
internal import Importers

/// How far a graph is brought before it is shown.
enum InspectedForm: String, CaseIterable, ExpressibleByArgument {
  case imported
  case optimized
  case planned
}

/// How a graph is shown.
enum InspectFormat: String, CaseIterable, ExpressibleByArgument {
  case summary
  case text
  case json
  case dot
  case svg
  case html
}

/// `rescanc inspect`: what a model is.
package struct InspectCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model is, and what becomes of it.")

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: "The form to show: imported, optimized or planned.")
  var at: InspectedForm = .imported

  @Option(help: "How to show it: summary or text.")
  var format: InspectFormat = .summary

  @Option(name: .shortAndLong, help: "The file to write; standard output by default.")
  var output: String = "-"

  @Flag(help: "Show the first elements of every tensor.")
  var values = false

  @OptionGroup var targetOptions: TargetOptions

  package init() {}

  package func run() throws {
    guard format == .summary || format == .text else {
      throw CommandError(
        status: 3,
        message: "--format \(format.rawValue) is not supported yet; use summary or text")
    }
    let target = try targetOptions.chosen()
    let path = modelOptions.model
    let text = try about(path) {
      let file = try ModelFile(path: path)
      guard let model = try importModel(file) else {
        return try TensorList(file, showsValues: values).text
      }
      report(model.notes, about: path)
      return try describe(model, target)
    }
    try deliver(Array(text.utf8), to: output)
  }

  /// The model, or nil for tensors that are of no known family, where the user named none.
  private func importModel(_ file: ModelFile) throws -> Model? {
    let options = modelOptions.importing.options
    do throws(ImportError) {
      return try Model(file, options)
    } catch {
      guard case .model(.unknownFamily) = error.fault else { throw error }
      let problem = error.explanation.problem
      report(["\(problem); its tensors are listed"], about: modelOptions.model)
      return nil
    }
  }

  private func describe(_ model: Model, _ target: Target) throws -> String {
    // What was imported is all of the model, unless the user wants less.
    let isWhole = at == .imported && modelOptions.importing.outputs == nil
    var graph = isWhole ? model.completeGraph : model.graph
    let passes = at == .imported ? [EliminateDeadCode()] : Pipeline.optimization
    let reports = try optimize(&graph, with: passes)
    let plan = at == .planned ? try Plan(graph, for: target) : nil
    if format == .text { return plan?.description ?? Printer(graph).text }
    var summary = ModelSummary(model, path: modelOptions.model, graph)
    summary.addCosts()
    if at != .imported { summary.add(reports) }
    if let plan { summary.add(plan) }
    if values { summary.addWeights() }
    return summary.text
  }
}
