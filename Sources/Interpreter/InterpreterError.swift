package import GraphIR

/// A graph that cannot be run on the inputs at hand.
package struct InterpreterError: Error, Hashable, Sendable {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// The graph wants an input that was not given.
    case missingInput
    /// An input was given that the graph does not have; `known` are those it has.
    case unknownInput(known: [String])
    /// An input has another number of axes than its type.
    case inputRank(expected: TensorType, found: [Int])
    /// An input has another extent than its type, or than an earlier input gave to the symbol.
    case inputExtent(axis: Int, expected: String, found: Int)
    /// A weight is declared without its elements, as in a textual graph.
    case weightWithoutElements
    /// An operation refuses its operands at this size, such as a kernel larger than the image.
    case refused(GraphError)
    /// A value has more elements than can be counted or indexed.
    case tooLarge(TensorType)
    /// There is no memory for a value.
    case outOfMemory(bytes: Int)
  }

  /// What is wrong.
  package var kind: Kind
  /// Where: the input or weight by name, or the operation as text.
  package var place: String

  /// Makes an error about one input, weight or operation.
  package init(_ kind: Kind, at place: String) {
    self.kind = kind
    self.place = place
  }
}

extension InterpreterError: CustomStringConvertible {
  package var description: String { "\(place): \(message)" }

  private var message: String {
    switch kind {
    case .missingInput: "the input is missing; give a tensor under this name"
    case .unknownInput(let known):
      "the graph has no such input; it has \(known.joined(separator: ", "))"
    case .inputRank(let expected, let found):
      "the input has shape \(found); give \(expected)"
    case .inputExtent(let axis, let expected, let found):
      "axis \(axis) has extent \(found); give \(expected)"
    case .weightWithoutElements: "the weight has no elements; run a model that carries them"
    case .refused(let error): "does not work at this size: \(error); give larger inputs"
    case .tooLarge(let type): "\(type) is too large; give smaller inputs"
    case .outOfMemory(let bytes): "no memory for \(bytes) bytes; give smaller inputs"
    }
  }
}
