package import ArgumentParser
internal import Importers

/// A command that prints a page of docs.
package protocol PageCommand: ParsableCommand {
  /// The page in Markdown.
  static var page: String { get }
}

extension PageCommand {
  package func run() throws { try Streams.write(Self.page) }
}

/// `rescanc onnx-ops`: the operations of ONNX that are imported, as docs/onnx-ops.md shows them.
package struct OnnxOpsCommand: PageCommand {
  package static let configuration = CommandConfiguration(
    commandName: "onnx-ops", abstract: "List the operations of ONNX that are imported.")
  /// docs/onnx-ops.md.
  package static var page: String { onnxOperationTable }

  package init() {}
}

/// `rescanc torch-ops`: the operations of PyTorch that are imported, as docs/torch-ops.md shows them.
package struct TorchOpsCommand: PageCommand {
  package static let configuration = CommandConfiguration(
    commandName: "torch-ops", abstract: "List the operations of PyTorch that are imported.")
  /// docs/torch-ops.md.
  package static var page: String { torchOperationTable }

  package init() {}
}
