/// What can be wrong with an ONNX model.
package enum ONNXFault: Hashable, Sendable {
  // The file.
  case malformed(ONNXWireFault)
  case noGraph
  case irVersion(Int)
  case noOpset(domain: String)
  case opset(version: Int, newest: Int)
  case element(Int32)
  case badTensor(ONNXTensorFault)
  case sparse(name: String)
  case external(ONNXExternalFault)
  // The graph.
  case undefinedValue(String)
  case definedTwice(String)
  case cycle([String])
  case notTensor(name: String)
  case unnamed(what: String)
  case rankUnknown(name: String)
  case inlining(String)
  case tooManyNodes(limit: Int)
  // One node.
  case unknownOp(op: String, domain: String)
  case opVersion(op: String, opset: Int, supported: ClosedRange<Int>)
  case missingInput(Int)
  case attribute(name: String, expected: String)
  case missingAttribute(String)
  /// The operands or attributes cannot be those of such a node.
  case invalid(String)
  /// A sound use of an operation that is not supported.
  case unsupported(String)
  /// Sizes that are free do not fit each other, whatever they are.
  case sizes(String)
  /// What must be known when the model is imported is computed when it runs.
  case needsConstant(what: String)
  case tooLarge(elements: Int?)

  package var explanation: Explanation {
    fileExplanation ?? graphExplanation ?? nodeExplanation
  }

  /// Whether shapes of inputs that are left open may be the reason.
  var isOfOpenShapes: Bool {
    switch self {
    case .sizes, .needsConstant: true
    default: false
    }
  }

  private var fileExplanation: Explanation? {
    switch self {
    case .malformed(let fault): .corrupt("this is no sound ONNX model: \(fault.text)")
    case .noGraph: .corrupt("the ONNX model has no graph")
    case .irVersion(let version):
      version > ONNXImporter.irVersions.upperBound
        ? .unsupported("the ONNX IR version \(version) is not known", remedy: Remedy.olderOpset)
        : .corrupt("the ONNX IR version is \(version)")
    case .noOpset(let domain):
      .corrupt("the model does not say which opset of \(domainName(domain)) it uses")
    case .opset(let version, let newest):
      version < 1
        ? .corrupt("the opset version is \(version)")
        : .unsupported(
          "the opset \(version) is not supported; \(ONNXImporter.opsets.lowerBound) to \(newest) "
            + "are", remedy: Remedy.otherOpset)
    case .element(let number):
      1...28 ~= number
        ? .unsupported(
          "elements of type \(ONNXElement.name(number)) are not supported",
          remedy: "export the model in float32")
        : .corrupt("there is no type of elements \(number)")
    case .badTensor(let fault): .corrupt(fault.text)
    case .sparse(let name):
      .unsupported(
        "the initializer \(quoted(name)) is sparse", remedy: "store it densely")
    case .external(let fault): fault.explanation
    default: nil
    }
  }

  private var graphExplanation: Explanation? {
    switch self {
    case .undefinedValue(let name): .corrupt("the value \(quoted(name)) is never defined")
    case .definedTwice(let name): .corrupt("the value \(quoted(name)) is defined twice")
    case .cycle(let names): .corrupt("the nodes \(quotedList(names, limit: 3)) form a cycle")
    case .notTensor(let name):
      .unsupported("the value \(quoted(name)) is no tensor", remedy: Remedy.exportTensors)
    case .unnamed(let what): .corrupt("\(what) has no name")
    case .rankUnknown(let name):
      .unsupported(
        "the rank of the input \(quoted(name)) is not known",
        remedy: "give its shape with --input-shape")
    case .inlining(let name):
      .corrupt("the function \(quoted(name)) calls itself or is missing an attribute")
    case .tooManyNodes(let limit):
      .corrupt("functions and branches expand to more than \(limit) nodes")
    default: nil
    }
  }

  private var nodeExplanation: Explanation {
    switch self {
    case .unknownOp(let op, let domain):
      .unsupported(
        "the operation \(quoted(op)) of \(domainName(domain)) is not supported",
        remedy: "replace it in the network by operations of docs/onnx-ops.md")
    case .opVersion(let op, let opset, let supported):
      .unsupported(
        "\(op) of opset \(opset) is not supported; "
          + "\(supported.lowerBound) to \(supported.upperBound) are", remedy: Remedy.otherOpset)
    case .missingInput(let index): .corrupt("its input \(index) is missing")
    case .attribute(let name, let expected):
      .corrupt("its attribute \(quoted(name)) is not \(expected)")
    case .missingAttribute(let name): .corrupt("its attribute \(quoted(name)) is missing")
    case .invalid(let problem): .corrupt(problem)
    case .unsupported(let problem):
      .unsupported(problem, remedy: "write this part of the network in another way")
    case .sizes(let problem):
      .unsupported(problem, remedy: "give a shape with --input-shape")
    case .needsConstant(let what):
      .unsupported(
        "\(what) depends on what the network is given",
        remedy: "give a shape with --input-shape, or make it a constant when the model is exported")
    case .tooLarge(let elements):
      .unsupported(
        "a constant of \(elements.map(String.init) ?? "too many") elements is too large",
        remedy: "compute it in the network from smaller ones")
    default: .corrupt("the model is wrong")
    }
  }
}

extension Remedy {
  static let otherOpset =
    "export it again with torch.onnx.export(…, opset_version=17)"
  static let olderOpset = "export it with an older version of the onnx package"
  static let exportTensors = "export a network that maps tensors to tensors"
}

private func domainName(_ domain: String) -> String {
  domain.isEmpty ? "ai.onnx" : quoted(domain)
}

/// What can be wrong with a stored tensor.
package enum ONNXTensorFault: Hashable, Sendable {
  case shape([Int])
  case count(expected: Int, found: Int)
  case field

  var text: String {
    switch self {
    case .shape(let shape): "its shape \(shape.prefix(8)) is not possible"
    case .count(let expected, let found):
      "it has \(found) elements, and its shape needs \(expected)"
    case .field: "its elements are in a field for another type"
    }
  }
}

/// What can be wrong with elements that are stored in another file.
package enum ONNXExternalFault: Hashable, Sendable {
  case noFolder
  case noLocation
  /// The path is absolute, goes up, or leads out of the folder through a link.
  case outside(location: String)
  case range(key: String, value: String)
  case beyond(location: String, end: Int, size: Int)

  var explanation: Explanation {
    switch self {
    case .noFolder:
      .unsupported(
        "its elements are in another file, and the model came without a folder",
        remedy: "name the model by its path")
    case .noLocation: .corrupt("its elements are in another file, which is not named")
    case .outside(let location):
      .corrupt(
        "its elements are in \(quoted(location)), outside of the model's folder",
        remedy: "put the file beside the model and name it without a path")
    case .range(let key, let value): .corrupt("its \(key) \(quoted(value)) is not a size")
    case .beyond(let location, let end, let size):
      .corrupt("its elements end at \(end) of \(quoted(location)), which has \(size) bytes")
    }
  }
}
