/// What can be wrong with named tensors when a network is to be built from them.
package enum ModelFault: Hashable, Sendable {
  /// The file holds no tensor that could be a weight.
  case noTensors
  /// No family has the names and shapes of these tensors.
  case unknownFamily(names: [String])
  /// The user named a family that the tensors do not fit.
  case notOfFamily(family: String, reason: String)
  case missingTensor(name: String)
  case wrongShape(name: String, expected: [Int], found: [Int])
  case wrongRank(name: String, expected: Int, found: [Int])
  /// A tensor whose elements cannot become float32 numbers.
  case unsupportedElements(name: String, type: String)
  /// A weight that is infinite or not a number.
  case notFinite(name: String, index: Int)

  /// An output that the model does not have.
  case unknownOutput(name: String, known: [String])
  /// An input that the model does not have.
  case unknownInput(name: String, known: [String])
  /// A shape for the only input of a model that has another number of them.
  case severalInputs([String])
  /// A shape that the user wants, and the file has another.
  case inputShape(name: String, wanted: String, told: String)
  /// Operations do not fit the shapes that the user gives.
  case givenShapes(problem: String)

  package var explanation: Explanation {
    switch self {
    case .noTensors:
      return .unsupported("the file holds no weights")
    case .unknownFamily(let names):
      return .unsupported(
        "the names \(quotedList(names, limit: 4)) fit no known network",
        remedy: "name the network with --family, or " + Remedy.exportToONNX)
    case .notOfFamily(let family, let reason):
      return .unsupported(
        "this is not a \(family) state dict: \(reason)",
        remedy: "leave out --family to have it recognised")
    case .missingTensor(let name):
      return .corrupt("the tensor \(quoted(name)) is missing", remedy: Remedy.saveStateDict)
    case .wrongShape(let name, let expected, let found):
      return .corrupt(
        "the tensor \(quoted(name)) has the shape \(found), expected \(expected)",
        remedy: "check that the file belongs to this network")
    case .wrongRank(let name, let expected, let found):
      return .corrupt(
        "the tensor \(quoted(name)) has the shape \(found), expected \(expected) dimensions",
        remedy: "check that the file belongs to this network")
    case .unsupportedElements(let name, let type):
      return .unsupported(
        "the tensor \(quoted(name)) has elements of type \(type)",
        remedy: "convert the model with model.float() before saving")
    case .unknownOutput(let name, let known):
      return .unsupported(
        "the model has no output \(quoted(name))",
        remedy: "choose from \(known.joined(separator: ", "))")
    case .unknownInput(let name, let known):
      return .unsupported(
        "the model has no input \(quoted(name))", remedy: "choose from \(quotedList(known))")
    case .severalInputs(let names):
      return .unsupported(
        "the model has \(names.count) inputs",
        remedy: "say which with --input-shape NAME=SHAPE: \(quotedList(names))")
    case .inputShape(let name, let wanted, let told):
      return .unsupported(
        "the input \(quoted(name)) is \(told), which \(wanted) does not fit",
        remedy: "give what is free in it with --input-shape")
    case .givenShapes(let problem):
      return .unsupported(
        "\(problem), for the shapes of inputs that are given",
        remedy: "give those that the model was exported or traced for")
    case .notFinite(let name, let index):
      return .corrupt(
        "the tensor \(quoted(name)) is not finite at element \(index)",
        remedy: "use a checkpoint from before training diverged")
    }
  }
}
