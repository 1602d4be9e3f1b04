package import ArgumentParser
internal import Codegen
internal import Importers

/// `rescanc derain`: photos and video without rain, by a program that is compiled in memory.
package struct DerainCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "derain", abstract: "Remove rain from photos and video.",
    discussion: "INPUT and OUTPUT are photos (PNG, JPEG), folders, YUV4MPEG2 video, or - for "
      + "standard streams.")

  @Argument(
    help: "A photo, a folder of photos, a video, or - for standard input.", completion: .file())
  var input: String?

  @Argument(
    help: "Where to write: a photo, a folder, a video, or - for standard output.",
    completion: .file())
  var output: String?

  @Option(help: "The model; the one that comes with the compiler by default.", completion: .file())
  var model: String?

  @OptionGroup var importing: ImportOptionGroup

  @OptionGroup var scheduleOptions: ScheduleOptions

  @Option(help: "Threads; 0 for one per core.")
  var threads: Int = 0

  @Flag(help: "Also write the result of every stage, as NAME_1, NAME_2, ….")
  var allStages = false

  @Option(
    help: "Print PSNR and SSIM against a clean photo or a folder of them.", completion: .file())
  var compare: String?

  @Option(
    help: "Also write a strip: rainy, each stage, derained, clean and the rain.",
    completion: .file())
  var sideBySide: String?

  @Option(
    help: "Colours of video: 601 or 709; by its size by default.",
    completion: .list(["601", "709"]))
  var matrix: String?

  @Option(name: .customLong("bench"), help: "Time that many runs on INPUT.")
  var runs: Int?

  @Flag(help: "Describe the compiled network.")
  var info = false

  @Flag(help: "Show no progress.")
  var quiet = false

  package init() {}

  package mutating func validate() throws {
    guard info || input != nil else { throw ValidationError("Missing expected argument '<input>'") }
    let isWanted = output != nil || compare != nil || sideBySide != nil
    guard info || isWanted || runs != nil else {
      throw ValidationError("Missing expected argument '<output>'")
    }
  }

  package func run() throws {
    let path = try model ?? Installation.current.shippedModel()
    let status = try compile(path).main(["rescanc"] + programArguments)
    if status != 0 { throw ExitCode(status) }
  }

  private func compile(_ path: String) throws -> NativeProgram {
    let policy = try scheduleOptions.policy()
    let model = try loadModel(path, importing.options)
    return try about(path) {
      var graph = importing.outputs == nil ? try model.programGraph() : model.graph
      try graph.checkFitsProgram()
      try optimize(&graph)
      let target = try Target.named()
      let facts = ProgramFacts(
        model, path: path, options: importing.text, graph, target, precision: .float32)
      let plan = try Plan(graph, for: target, policy: policy)
      return try NativeProgram(plan, info: facts.info)
    }
  }

  /// The command line of an emitted program that asks for the same.
  private var programArguments: [String] {
    var arguments = ["--threads", String(threads)]
    if allStages { arguments.append("--all-stages") }
    if quiet { arguments.append("--quiet") }
    if info { arguments.append("--info") }
    if let compare { arguments.append("--compare=\(compare)") }
    if let sideBySide { arguments.append("--side-by-side=\(sideBySide)") }
    if let matrix { arguments.append("--matrix=\(matrix)") }
    if let runs { arguments.append("--bench=\(runs)") }
    return arguments + ["--"] + [input, output].compactMap { $0 }
  }
}
