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
  case llvmIR = "llvm-ir"
  case assembly
}

/// `rescanc compile`: a model to machine code.
package struct CompileCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "compile", abstract: "Compile a model into a native program.")

  @OptionGroup var modelOptions: ModelOptions

  @Option(name: .shortAndLong, help: "The file to write; - for standard output.")
  var output: String

  @Option(help: "What to write: exe, object, archive, shared, llvm-ir or assembly.")
  var emit: Emission = .executable

  @OptionGroup var targetOptions: TargetOptions

  package init() {}

  package func run() throws {
    guard emit != .archive, emit != .shared else {
      throw CommandError(
        status: 3,
        message: "--emit \(emit.rawValue) is not supported yet; use --emit object, which exports "
          + "rescan_model")
    }
    let target = try targetOptions.chosen()
    try checkFolder(of: output)
    let linker = emit == .executable ? try makeLinker(target, .current) : nil
    let model = try modelOptions.load()
    let bytes = try about(modelOptions.model) {
      let code = try generate(model, for: target)
      return try linker?.link(code) ?? code
    }
    try deliver(bytes, to: output, isExecutable: emit == .executable)
  }

  private func makeLinker(_ target: Target, _ installation: Installation) throws -> LinkRunner {
    if let architecture = target.architecture, !target.isHost {
      return try LinkRunner(
        for: architecture, files: installation.crossFiles(for: architecture.triple),
        environment: installation.linkEnvironment)
    }
    return try LinkRunner(
      runtime: installation.runtimeLibrary, environment: installation.linkEnvironment)
  }

  /// Object code, assembly or LLVM's text.
  private func generate(_ model: Model, for target: Target) throws -> [UInt8] {
    var graph = model.graph
    if emit == .executable, modelOptions.importing.outputs == nil {
      graph = try model.programGraph()
    }
    try graph.checkFitsProgram()
    try optimize(&graph)
    let facts = ProgramFacts(
      model, path: modelOptions.model, options: modelOptions.importing.text, graph, target,
      precision: targetOptions.precision)
    let compiler = Compiler(
      try Plan(graph, for: target, precision: targetOptions.precision), info: facts.info)
    switch emit {
    case .assembly: return try compiler.emit(.assembly)
    case .llvmIR: return try compiler.emit(.llvmIR)
    case .executable: return try compiler.emit(.object(hasMain: true))
    case .object, .archive, .shared: return try compiler.emit(.object(hasMain: false))
    }
  }
}

/// Refuses a file in a folder that is not there, before the work rather than after it.
private func checkFolder(of path: String) throws {
  let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent()
  guard (try? folder.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
  else {
    throw CommandError(
      status: 1, message: "\(path): its folder does not exist; create it or choose another")
  }
}

/// Writes a file as a whole or not at all; `-` stands for standard output.
func deliver(_ bytes: [UInt8], to path: String, isExecutable: Bool = false) throws {
  if path == "-" { return try Streams.write(bytes) }
  try about(path) { try writeFile(path: path, bytes, isExecutable: isExecutable) }
}
