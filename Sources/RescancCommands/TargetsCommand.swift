package import ArgumentParser
internal import Codegen
internal import Inspection

/// `rescanc targets`: the machines that programs can be compiled for.
package struct TargetsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "targets", abstract: "List the machines and CPUs to compile for.")

  package init() {}

  package func run() throws {
    var table = TextTable(wordColumns: 2)
    for architecture in Architecture.all {
      let isHost = architecture.triple == Architecture.host?.triple
      let names = (isHost ? ["native"] : []) + architecture.cpuNames
      table.add(architecture.triple, names.joined(separator: ", "))
    }
    try Streams.write(table.lines.map { $0 + "\n" }.joined())
  }
}
