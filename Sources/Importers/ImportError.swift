package import GraphIR

/// Why a model file could not be read: the rule that was broken, and where.
///
/// Its description is one line, `what is wrong, where; what to do`; the command puts the file's
/// name before it.
package struct ImportError: Error, Hashable, Sendable {
  /// The broken rule, by the part of the module that found it.
  package enum Fault: Hashable, Sendable {
    case file(FileFault)
    case format(FormatFault)
    case zip(ZipFault)
    case pickle(PickleFault)
    case torch(TorchFault)
    case torchExport(TorchExportFault)
    case safeTensors(SafeTensorsFault)
    case json(JSONFault)
    case numPy(NumPyFault)
    case model(ModelFault)
    case onnx(ONNXFault)
    case program(ProgramFault)
    case graph(GraphError)
  }

  /// The rule that was broken.
  package var fault: Fault
  /// Where in the file.
  package var place: ImportPlace

  /// Makes an error; callers that know more of the place add to it.
  package init(_ fault: Fault, at place: ImportPlace = ImportPlace()) {
    self.fault = fault
    self.place = place
  }

  /// The exit status of a command that ends with this error: 1 when the file could not be read or
  /// written, 2 when it is corrupt, 3 when it is understood but not supported.
  package var status: Int32 { explanation.status.rawValue }
}

/// Where in a file an error was found; every part is optional.
package struct ImportPlace: Hashable, Sendable {
  /// Name of the tensor being read.
  package var tensor: String?
  /// Name of the archive entry being read.
  package var entry: String?
  /// The node of an ONNX model, by its operation and name.
  package var node: String?
  /// Bytes from the start of the entry, or of the file where there is no entry.
  package var offset: Int?

  /// Makes a place of what is known.
  package init(
    tensor: String? = nil, entry: String? = nil, node: String? = nil, offset: Int? = nil
  ) {
    self.tensor = tensor
    self.entry = entry
    self.node = node
    self.offset = offset
  }
}

extension ImportPlace: CustomStringConvertible {
  package var description: String {
    var parts: [String] = []
    if let tensor { parts.append("in tensor \(quoted(tensor))") }
    if let node { parts.append("in node \(node)") }
    switch (offset, entry) {
    case (let offset?, let entry?): parts.append("at byte \(offset) of entry \(quoted(entry))")
    case (let offset?, nil): parts.append("at byte \(offset)")
    case (nil, let entry?): parts.append("in entry \(quoted(entry))")
    case (nil, nil): break
    }
    return parts.joined(separator: ", ")
  }
}

/// The three ways in which an import ends early, as exit status.
package enum ImportStatus: Int32, Hashable, Sendable {
  case failed = 1
  case corrupt = 2
  case unsupported = 3
}

/// A fault in words.
package struct Explanation: Hashable, Sendable {
  /// How the import ends.
  package var status: ImportStatus
  /// What is wrong.
  package var problem: String
  /// What the user can do.
  package var remedy: String

  /// Puts a fault into words.
  package init(_ status: ImportStatus, _ problem: String, remedy: String) {
    self.status = status
    // Lists of numbers that the file gives may stand in it.
    self.problem = onOneLine(problem, limit: 600)
    self.remedy = remedy
  }

  /// A file that breaks its own format; another copy may be sound.
  static func corrupt(_ problem: String, remedy: String = Remedy.fetchAgain) -> Explanation {
    Explanation(.corrupt, problem, remedy: remedy)
  }

  /// A sound file that asks for what is not there.
  static func unsupported(_ problem: String, remedy: String = Remedy.saveStateDict) -> Explanation {
    Explanation(.unsupported, problem, remedy: remedy)
  }
}

/// The ways out that several faults share.
enum Remedy {
  static let fetchAgain = "download or copy the file again"
  static let exportToONNX =
    "export it to ONNX: torch.onnx.export(model, (image,), 'model.onnx')"
  static let saveStateDict = "save the weights alone: torch.save(model.state_dict(), FILE)"
}

/// A graph that a file gives, as text or by its weights, and that breaks a rule.
private func graphExplanation(_ error: GraphError) -> Explanation {
  // Names and operations of the file stand in both.
  let place = error.place.map { onOneLine($0, limit: 200) + ": " } ?? ""
  let message = onOneLine(GraphError(error.kind).description, limit: 300)
  return .corrupt(
    "the graph is wrong: \(place)\(message)", remedy: "see docs/graph-text.md for the language")
}

extension ImportError: CustomStringConvertible {
  /// The fault in words.
  package var explanation: Explanation {
    switch fault {
    case .file(let fault): fault.explanation
    case .format(let fault): fault.explanation
    case .zip(let fault): fault.explanation
    case .pickle(let fault): fault.explanation
    case .torch(let fault): fault.explanation
    case .torchExport(let fault): fault.explanation
    case .safeTensors(let fault): fault.explanation
    case .json(let fault): fault.explanation
    case .numPy(let fault): fault.explanation
    case .model(let fault): fault.explanation
    case .onnx(let fault): fault.explanation
    case .program(let fault): fault.explanation
    case .graph(let error): graphExplanation(error)
    }
  }

  package var description: String {
    let explanation = explanation
    let place = place.description
    let separator = place.isEmpty ? "" : ", "
    return "\(explanation.problem)\(separator)\(place); \(explanation.remedy)"
  }
}

extension ImportError {
  /// This error with the parts of `place` that it does not have yet.
  package func within(_ place: ImportPlace) -> ImportError {
    var error = self
    error.place.tensor = self.place.tensor ?? place.tensor
    error.place.entry = self.place.entry ?? place.entry
    error.place.node = self.place.node ?? place.node
    error.place.offset = self.place.offset ?? place.offset
    return error
  }

  /// A fault of the network, not of the file; `tensor` names the tensor at fault.
  package static func model(_ fault: ModelFault, tensor: String? = nil) -> ImportError {
    ImportError(.model(fault), at: ImportPlace(tensor: tensor))
  }
}

/// Runs `body` and says of its errors that they lie within `place`.
func within<Result>(
  _ place: @autoclosure () -> ImportPlace, _ body: () throws(ImportError) -> Result
) throws(ImportError) -> Result {
  do {
    return try body()
  } catch {
    throw error.within(place())
  }
}
