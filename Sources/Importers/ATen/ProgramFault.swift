/// What can be wrong with a program of PyTorch, of TorchScript or torch.export.
package enum ProgramFault: Hashable, Sendable {
  /// An operation that nothing here stands for.
  case unknownOp(String)
  case unsupported(String)
  case missingArgument(String)
  case argument(name: String, expected: String, found: String)
  case undefined(String)
  case field(String)
  case syntax(expected: String, found: String)
  case tooLarge(what: String, limit: Int)
  /// A node that fails as one of an ONNX model does.
  case node(ONNXFault)
  /// The same, where the file does not tell the shape of the inputs.
  case assumedShape(String, ONNXFault)

  package var explanation: Explanation {
    switch self {
    case .unknownOp(let op) where op.lowercased().contains("mkldnn"):
      .unsupported(
        "the operation \(quoted(op)), of torch.jit.optimize_for_inference, is not supported",
        remedy: "save the module before optimize_for_inference, or " + Remedy.exportToONNX)
    case .unknownOp(let op): unsupported("the operation \(quoted(op)) is not supported")
    case .unsupported(let problem): unsupported("\(problem) is not supported")
    case .missingArgument(let name): .corrupt("its argument \(quoted(name)) is missing")
    case .argument(let name, let expected, let found):
      unsupported("its argument \(quoted(name)) is \(found), not \(expected)")
    case .undefined(let name): .corrupt("the value \(quoted(name)) is never defined")
    case .field(let name): .corrupt("the field \(quoted(name)) is missing or of a wrong kind")
    case .syntax(let expected, let found):
      .corrupt("the program has \(quoted(found)) where \(expected) should be")
    case .tooLarge(let what, let limit): unsupported("\(what) is larger than \(limit)")
    case .node(let fault) where fault.isOfOpenShapes: openShape(fault.explanation.problem)
    case .node(let fault):
      fault.explanation.status == .unsupported
        ? unsupported(fault.explanation.problem) : fault.explanation
    case .assumedShape(let shape, let fault):
      openShape("\(fault.explanation.problem) (images are taken to be \(shape))")
    }
  }

  private func unsupported(_ problem: String) -> Explanation {
    .unsupported(problem, remedy: Remedy.exportToONNX)
  }

  private func openShape(_ problem: String) -> Explanation {
    .unsupported(problem, remedy: "give a shape with --input-shape, or " + Remedy.exportToONNX)
  }
}

extension ImportError {
  /// A fault of a node, with the way out that programs of PyTorch have.
  var ofProgram: ImportError {
    guard case .onnx(let fault) = fault else { return self }
    return ImportError(.program(.node(fault)), at: place)
  }
}
