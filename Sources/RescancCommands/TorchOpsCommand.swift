package import ArgumentParser
internal import Importers

/// `rescanc torch-ops`: the operations of PyTorch that are imported, as docs/torch-ops.md shows them.
package struct TorchOpsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "torch-ops", abstract: "List the operations of PyTorch that are imported.")

  package init() {}

  package func run() throws { try Streams.write(torchOperationTable) }
}
