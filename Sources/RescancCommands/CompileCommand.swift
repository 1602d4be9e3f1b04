package import ArgumentParser
internal import Codegen
internal import Foundation
internal import GraphIR
internal import Importers

/// What `compile` writes.
enum Emission: String, CaseIterable, ExpressibleByArgument {
  case executable = "exe"
  case object
  case archive
  case shared
  case frei0r
  case wheel
  case llvmIR = "llvm-ir"
  case assembly

  /// Whether the file consists of more than the model's code.
  var isLinked: Bool { self == .executable || library != nil }

  /// The kind of library that this is, if it is one.
  var library: LibraryProduct.Kind? {
    switch self {
    case .archive: .archive
    case .shared: .shared
    case .frei0r: .frei0r
    case .wheel: .wheel
    case .executable, .object, .llvmIR, .assembly: nil
    }
  }
}

extension Emission {
  /// What it takes of the runtime for another kind of machine.
  fileprivate var crossProduct: CrossProduct {
    switch self {
    case .archive, .shared, .wheel: .library
    case .frei0r: .plugIn
    case .executable, .object, .llvmIR, .assembly: .program
    }
  }
}

/// `rescanc compile`: a model to machine code.
package struct CompileCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "compile", abstract: "Compile a model into a native program.")

  @OptionGroup var modelOptions: ModelOptions

  @Option(
    name: .shortAndLong, help: "The file to write; - for standard output.", completion: .file())
  var output: String

  @Option(
    help: "What to write: exe, object, archive, shared, frei0r, wheel, llvm-ir or assembly.")
  var emit: Emission = .executable

  @Option(
    name: .customLong("with"),
    help: "Files to write beside an archive or shared library: cmake, pkg-config or both.")
  var packages: LibraryPackages?

  @OptionGroup var targetOptions: TargetOptions

  @OptionGroup var scheduleOptions: ScheduleOptions

  @OptionGroup var tuneOptions: TuneOptions

  package init() {}

  package func run() throws {
    let product = try makeProduct()
    let target = try targetOptions.chosen()
    // A wheel chooses its own name in a folder.
    if emit != .wheel { try refuseFolder(output) }
    try checkFolder(of: output)
    try tuneOptions.check(target, scheduleOptions)
    var policy = try scheduleOptions.policy()
    let linker = emit.isLinked ? try makeLinker(target, .current) : nil
    let model = try modelOptions.load()
    let files = try about(modelOptions.model) {
      let graph = try programGraph(of: model)
      if let record = try tuneOptions.measure(
        graph, for: target, precision: targetOptions.precision, rules: policy.rules)
      {
        policy.measured = record
      }
      let files = try generate(graph, of: model, for: target, policy)
      guard product == nil, let linker else { return files }
      return [try linker.link(files)]
    }
    if let product, let linker {
      try product.write(files, for: target, with: linker)
    } else {
      try deliver(Array(files.joined()), to: output, isExecutable: emit == .executable)
    }
  }

  /// The library to write, if it is one.
  private func makeProduct() throws -> LibraryProduct? {
    guard let kind = emit.library else {
      guard packages == nil else {
        throw CommandError.usage("--with goes with --emit archive and shared; leave it out")
      }
      return nil
    }
    return try LibraryProduct(kind, path: output, packages: packages?.packages ?? [])
  }

  private func makeLinker(_ target: Target, _ installation: Installation) throws -> LinkRunner {
    if let architecture = target.architecture, !target.isHost {
      return try LinkRunner(
        emit.crossProduct, for: architecture,
        files: installation.crossFiles(for: architecture.triple),
        environment: installation.linkEnvironment)
    }
    return try LinkRunner(
      runtime: installation.runtimeLibrary, environment: installation.linkEnvironment)
  }

  /// The optimized graph of what the program shall compute.
  private func programGraph(of model: Model) throws -> Graph {
    var graph = model.graph
    if emit == .executable, modelOptions.importing.outputs == nil {
      graph = try model.programGraph()
    }
    try graph.checkFitsProgram()
    try optimize(&graph)
    return graph
  }

  /// Object files that are to be linked, or one file: object code, assembly or LLVM's text.
  private func generate(
    _ graph: Graph, of model: Model, for target: Target, _ policy: SchedulePolicy
  ) throws -> [[UInt8]] {
    let facts = ProgramFacts(
      model, path: modelOptions.model, options: modelOptions.importing.text, graph, target,
      precision: targetOptions.precision)
    let plan = try Plan(
      graph, for: target, precision: targetOptions.precision, policy: policy)
    let compiler = Compiler(plan, info: facts.info)
    let line = StepLine()
    defer { line.clear() }
    func objects(hasMain: Bool) throws -> [[UInt8]] {
      try compiler.objects(hasMain: hasMain) { line.show("compiled \($0) of \($1) parts") }
    }
    switch emit {
    case .assembly: return [try compiler.emit(.assembly)]
    case .llvmIR: return [try compiler.emit(.llvmIR)]
    case .object: return [try compiler.emit(.object)]
    case .executable: return try objects(hasMain: true)
    case .archive, .shared, .frei0r, .wheel: return try objects(hasMain: false)
    }
  }
}

/// Refuses a folder, and a file in a folder that is not there, before the work rather than after
/// it; `-` stands for standard output.
func checkFile(_ path: String) throws {
  try refuseFolder(path)
  if path != "-" { try checkFolder(of: path) }
}

/// Refuses a file in a folder that is not there.
private func checkFolder(of path: String) throws {
  let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent()
  guard isFolder(folder.path) else {
    throw CommandError(
      status: 1, message: "\(path): its folder does not exist; create it or choose another")
  }
}

/// Refuses a folder where a file is to be written, before the work rather than after it.
func refuseFolder(_ path: String) throws(CommandError) {
  guard path != "-", isFolder(path) else { return }
  throw CommandError(status: 1, message: "\(path): is a folder; name a file in it")
}

/// Whether there is a folder of this name.
func isFolder(_ path: String) -> Bool {
  let values = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
  return values?.isDirectory == true
}

/// Writes a file as a whole or not at all; `-` stands for standard output.
func deliver(_ bytes: [UInt8], to path: String, isExecutable: Bool = false) throws {
  if path == "-" { return try Streams.write(bytes) }
  try about(path) { try writeFile(path: path, bytes, isExecutable: isExecutable) }
}
