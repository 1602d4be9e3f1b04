/// What can be wrong with a torch.export archive.
package enum TorchExportFault: Hashable, Sendable {
  case unknownVersion(what: String, found: String)
  /// Archives of other versions, and those of compiled programs, keep weights in other ways.
  case noList
  case severalModels(names: [String])
  /// A field of the list of weights is missing or of a wrong kind.
  case wrongField(String)
  case unknownType(Int)
  case notStrided(layout: Int)
  /// A weight of a Python subclass of tensors.
  case pickledWeight

  static let reload =
    "load it where it was made, and save the weights: "
    + "torch.save(torch.export.load(FILE).state_dict, NEW)"

  package var explanation: Explanation {
    let denseFloats = "export the model with dense float tensors: model.float()"
    switch self {
    case .unknownVersion(let what, let found):
      return .unsupported(
        "the torch.export archive has the \(what) \(quoted(found)), which is not known",
        remedy: TorchExportFault.reload)
    case .noList:
      return .unsupported(
        "the torch.export archive has no data/weights/*_weights_config.json: "
          + "it is of another version of PyTorch, or holds a compiled program",
        remedy: TorchExportFault.reload)
    case .severalModels(let names):
      return .unsupported(
        "the torch.export archive holds several models: \(quotedList(names))",
        remedy: "save the one you mean alone")
    case .wrongField(let field):
      return .corrupt("the field \(quoted(field)) is missing or of a wrong kind")
    case .unknownType(let code):
      return .unsupported("elements of type number \(code) are not supported", remedy: denseFloats)
    case .notStrided(let layout):
      return .unsupported(
        "tensors of layout number \(layout) are not supported", remedy: denseFloats)
    case .pickledWeight:
      return .unsupported(
        "the weight is of a Python subclass of tensors, stored as a pickle", remedy: denseFloats)
    }
  }
}
