internal import GraphIR
internal import OrderedCollections

/// Hands out the tensors of a state dict by name and remembers which ones were asked for.
struct WeightReader {
  private let weights: StateDict
  private var used: Set<String> = []

  init(_ weights: StateDict) { self.weights = weights }

  /// The tensor of a name, which must have the given shape.
  ///
  /// - Throws: `.missingTensor`, `.unsupportedElements` or `.wrongShape`.
  mutating func tensor(_ name: String, shape: [Int]) throws(ImportError) -> Tensor {
    guard let tensor = weights.tensors[name] else {
      if let summary = weights.unconverted.first(where: { $0.name == name }) {
        throw .model(.unsupportedElements(name: name, type: summary.elementType))
      }
      throw .model(.missingTensor(name: name))
    }
    guard tensor.shape == shape else {
      throw .model(.wrongShape(name: name, expected: shape, found: tensor.shape))
    }
    used.insert(name)
    return tensor
  }

  /// The shape of a tensor of the expected rank, none of whose extents is 0.
  ///
  /// - Throws: `.missingTensor` or `.wrongRank`.
  func shape(of name: String, rank: Int) throws(ImportError) -> [Int] {
    guard let tensor = weights.tensors[name] else { throw .model(.missingTensor(name: name)) }
    guard tensor.shape.count == rank, !tensor.shape.contains(0) else {
      throw .model(.wrongRank(name: name, expected: rank, found: tensor.shape))
    }
    return tensor.shape
  }

  /// Names of tensors that nobody asked for, in the file's order.
  var unused: [String] { weights.tensors.keys.filter { !used.contains($0) } }
}
