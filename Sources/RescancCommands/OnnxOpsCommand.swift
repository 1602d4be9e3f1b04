package import ArgumentParser
internal import Importers

/// `rescanc onnx-ops`: the operations of ONNX that are imported, as docs/onnx-ops.md shows them.
package struct OnnxOpsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "onnx-ops", abstract: "List the operations of ONNX that are imported.")

  package init() {}

  package func run() throws { try Streams.write(onnxOperationTable) }
}
