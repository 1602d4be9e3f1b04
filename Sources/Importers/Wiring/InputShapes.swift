internal import GraphIR

/// Shapes that a user wants inputs of a program or an ONNX model to have.
///
/// They are for extents that a file leaves open; those that it tells must be the same.
package struct InputShapes: Hashable, Sendable {
  /// The shape of an input; nil for extents that stay free.
  package typealias Shape = [Int?]

  private let named: [String: Shape]
  /// That of the only input, whatever it is called.
  private let unnamed: Shape?

  /// Makes them of shapes by names of inputs.
  ///
  /// - Parameter unnamed: That of the only input, whatever it is called.
  package init(_ named: [String: Shape] = [:], unnamed: Shape? = nil) {
    self.named = named
    self.unnamed = unnamed
  }

  var isEmpty: Bool { named.isEmpty && unnamed == nil }

  /// These shapes for a model with the inputs that are listed.
  ///
  /// - Throws: `ModelFault.unknownInput`, `.severalInputs`.
  func resolved(for inputs: [String]) throws(ImportError) -> InputShapes {
    if let name = named.keys.sorted().first(where: { !inputs.contains($0) }) {
      throw .model(.unknownInput(name: name, known: inputs))
    }
    guard let unnamed else { return self }
    guard let only = inputs.first, inputs.count == 1 else {
      throw .model(.severalInputs(inputs))
    }
    return InputShapes([only: unnamed])
  }

  /// The shape of an input that the user wants; nil where it is left to the file.
  func shape(of name: String) -> Shape? { named[name] }

  /// What symbols of a file stand for, where it says that an input has the shape `shape`.
  ///
  /// - Throws: `ModelFault.inputShape` where the user's shape is another.
  func bind(_ name: String, _ shape: [Dimension], _ symbols: inout [String: Int])
    throws(ImportError)
  {
    guard let wanted = named[name] else { return }
    func fault() -> ImportError {
      let extents = wanted.map { $0.map(String.init) ?? "?" }.joined(separator: "x")
      return .model(
        .inputShape(name: name, wanted: extents, told: "\(TensorType(.float32, shape))"))
    }
    guard wanted.count == shape.count else { throw fault() }
    for case (let told, let extent?) in zip(shape, wanted) where !told.matches(extent, &symbols) {
      throw fault()
    }
  }
}
