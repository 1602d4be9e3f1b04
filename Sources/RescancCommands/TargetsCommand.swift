package import ArgumentParser
internal import Codegen
internal import Inspection

/// `rescanc targets`: the machines that programs can be compiled for.
package struct TargetsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "targets", abstract: "List the machines and CPUs to compile for.")

  @Flag(help: "Print JSON.")
  var json = false

  package init() {}

  package func run() throws {
    let machines = Architecture.all.map { architecture in
      let isHost = architecture.triple == Architecture.host?.triple
      return Machine(
        target: architecture.triple, cpus: (isHost ? ["native"] : []) + architecture.cpuNames)
    }
    try Streams.write(json ? try jsonText(machines) : text(of: machines))
  }

  private struct Machine: Encodable {
    let target: String
    let cpus: [String]
  }

  private func text(of machines: [Machine]) -> String {
    var table = TextTable(wordColumns: 2)
    for machine in machines { table.add(machine.target, machine.cpus.joined(separator: ", ")) }
    return table.lines.map { $0 + "\n" }.joined()
  }
}
