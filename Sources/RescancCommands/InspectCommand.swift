package import ArgumentParser
internal import Codegen
internal import GraphIR
internal import Importers
internal import Inspection

extension InspectedForm: ExpressibleByArgument {}

/// How a model is shown: one of the formats that there are.
struct FormatOption: ExpressibleByArgument {
  let format: any InspectionFormat

  /// The first of them.
  init() { format = inspectionFormats[0] }

  init?(argument: String) {
    guard let format = inspectionFormats.first(where: { $0.name == argument }) else { return nil }
    self.format = format
  }

  var defaultValueDescription: String { format.name }
  static var allValueStrings: [String] { inspectionFormats.map(\.name) }
}

/// The size for which costs are given.
extension ImageExtents: ExpressibleByArgument {
  package init?(argument: String) {
    guard let size = ImageSize(argument: argument) else { return nil }
    self.init(width: size.width, height: size.height)
  }

  package var defaultValueDescription: String { "\(width)x\(height)" }
}

/// `rescanc inspect`: what a model is.
package struct InspectCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model is, and what becomes of it.")

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: "The form to show: imported, optimized or planned.")
  var at: InspectedForm = .imported

  @Option(help: "How to show it: summary, text, json, dot, svg or html.")
  var format: FormatOption = FormatOption()

  @Option(
    help: ArgumentHelp("Size of the image for which costs are given.", valueName: "WIDTHxHEIGHT"))
  var size: ImageExtents = .common

  @Option(
    name: .shortAndLong, help: "The file to write; standard output by default.", completion: .file()
  )
  var output: String = "-"

  @Flag(help: "Show the first elements of every tensor.")
  var values = false

  @OptionGroup var targetOptions: TargetOptions

  @OptionGroup var scheduleOptions: ScheduleOptions

  package init() {}

  package func run() throws {
    let target = try targetOptions.chosen()
    try refuseFolder(output)
    let path = modelOptions.model
    let policy = try scheduleOptions.policy()
    let bytes = try about(path) { () throws -> [UInt8] in
      let file = try ModelFile(path: path)
      guard let model = try importModel(file) else {
        try checkListsTensors()
        return Array(try TensorList(file, showsValues: values).text.utf8)
      }
      report(model.notes, about: path)
      return try format.format.write(try inspection(of: model, for: target, policy))
    }
    try deliver(bytes, to: output)
  }

  /// Tensors that are of no network are listed, not drawn.
  private func checkListsTensors() throws(CommandError) {
    guard format.format.name != "summary", format.format.name != "text" else { return }
    throw CommandError(
      status: 3,
      message: "--format \(format.format.name) shows a graph, and these tensors are of no network "
        + "that is known; use --format summary, or name a family with --family")
  }

  /// The model, or nil for tensors that are of no known family, where the user named none, and of
  /// no program that can be imported.
  private func importModel(_ file: ModelFile) throws -> Model? {
    let options = modelOptions.importing.options
    do throws(ImportError) {
      return try Model(file, options)
    } catch {
      guard error.isOfNoNetwork(file) else { throw error }
      let problem = error.explanation.problem
      report(["\(problem); its tensors are listed"], about: modelOptions.model)
      return nil
    }
  }

  private func inspection(of model: Model, for target: Target, _ policy: SchedulePolicy) throws
    -> Inspection
  {
    var views = [try view(at, of: model, for: target, policy)]
    var missing: [(form: InspectedForm, reason: String)] = []
    let others = format.format.showsAllForms ? InspectedForm.allCases.filter { $0 != at } : []
    for form in others {
      do {
        views.append(try view(form, of: model, for: target, policy))
      } catch {
        missing.append((form, CommandError(error).message))
      }
    }
    var inspection = Inspection(
      version: versionText, facts: facts(of: model),
      defaultOutputs: model.graph.outputs.map(\.name), extents: size, views: views)
    inspection.missing = missing
    inspection.showsValues = values
    return inspection
  }

  private func facts(of model: Model) -> [(name: String, value: String)] {
    [
      ("name", model.graph.name), ("file", "\(modelOptions.model), \(model.format)"),
      ("digest", "sha256:\(model.digest)"),
    ]
      + model.graph.attributes.filter { $0.key != "default_outputs" }
      .map { ($0.key.replacing("_", with: " "), $0.value) }
  }

  private func view(
    _ form: InspectedForm, of model: Model, for target: Target, _ policy: SchedulePolicy
  ) throws -> InspectedView {
    // What was imported is all of the model, unless the user wants less.
    let isWhole = form == .imported && modelOptions.importing.outputs == nil
    var graph = isWhole ? model.completeGraph : model.graph
    if form == .imported {
      try optimize(&graph, with: [EliminateDeadCode()])
      return InspectedView(form, graph)
    }
    let reports = try optimize(&graph)
    let plan =
      form == .planned
      ? try Plan(graph, for: target, precision: targetOptions.precision, policy: policy) : nil
    return InspectedView(form, plan?.graph ?? graph, reports: reports, plan: plan)
  }
}

extension ImportError {
  /// Whether a file has tensors that can be read, though they are not known to be of a network.
  fileprivate func isOfNoNetwork(_ file: ModelFile) -> Bool {
    if case .model(.unknownFamily) = fault { return true }
    guard case .program = fault else { return false }
    return (try? file.listing()) != nil
  }
}
