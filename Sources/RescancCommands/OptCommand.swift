package import ArgumentParser
internal import Foundation
internal import GraphIR
internal import Importers

/// `rescanc opt`: passes on a graph, for those who write passes.
package struct OptCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "opt", abstract: "Run passes on a graph and print it.")

  @Argument(
    help: "A textual graph or any model; - for a textual graph on standard input.",
    completion: .file())
  var graph: String?

  @Option(help: "Passes to run, separated by commas; those of compile by default.")
  var passes: String?

  @Flag(help: "List the passes.")
  var list = false

  package init() {}

  package mutating func validate() throws {
    guard list || graph != nil else { throw ValidationError("Missing expected argument '<graph>'") }
  }

  package func run() throws {
    if list { return try Streams.write(Pipeline.all.map { $0.name + "\n" }.uniqued().joined()) }
    let chosen = try passes.map(passes(named:)) ?? Pipeline.optimization
    guard let path = graph else { return }
    var graph = try read(path)
    try about(path) { _ = try optimize(&graph, with: chosen) }
    try Streams.write(Printer(graph).text)
  }

  private func read(_ path: String) throws -> Graph {
    guard path == "-" else {
      return try about(path) {
        let model = try Model(path: path)
        report(model.notes, about: path)
        return model.completeGraph
      }
    }
    return try about("standard input") {
      let bytes = try FileHandle.standardInput.readToEnd() ?? Data()
      return try Model(ModelFile(bytes: [UInt8](bytes))).completeGraph
    }
  }

  private func passes(named list: String) throws -> [any Pass] {
    try list.split(separator: ",").map { name in
      let name = name.trimmingCharacters(in: .whitespaces)
      guard let pass = Pipeline.pass(named: name) else { throw unknownPass(name) }
      return pass
    }
  }

  private func unknownPass(_ name: String) -> CommandError {
    let nearest = nearestNames(to: name, among: Pipeline.all.map(\.name).uniqued())
    let hint = nearest.isEmpty ? "" : "did you mean \(nearest.joined(separator: ", "))? "
    return .usage("unknown pass \(name); \(hint)rescanc opt --list lists all")
  }
}

extension [String] {
  /// The same names, each once.
  func uniqued() -> [String] {
    enumerated().filter { !self[..<$0.offset].contains($0.element) }.map(\.element)
  }
}
