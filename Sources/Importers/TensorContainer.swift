package import GraphIR
package import OrderedCollections

/// A tensor as a file lists it, without its elements.
package struct TensorSummary: Hashable, Sendable {
  /// The name in the file.
  package let name: String
  /// The type as stored, such as `f32` or `c64`.
  package let elementType: String
  /// Extents, outermost first.
  package let shape: [Int]
}

/// A file of named tensors that is open, with its list checked and no element read.
protocol TensorContainer: Sendable {
  /// Tensors in the file's order.
  var summaries: [TensorSummary] { get }
  /// Text that the file carries beside the tensors.
  var metadata: OrderedDictionary<String, String> { get }
  /// What a user should know about how the tensors were found.
  var notes: [String] { get }
  /// Tensors in the file's order, without those whose elements cannot become float32.
  func tensors() throws(ImportError) -> OrderedDictionary<String, Tensor>
}

/// What a file of named tensors holds, without the elements.
package struct TensorListing: Hashable, Sendable {
  /// The format of the file.
  package let format: Format
  /// Tensors in the file's order.
  package let tensors: [TensorSummary]
  /// Text that the file carries beside the tensors.
  package let metadata: OrderedDictionary<String, String>
  /// What a user should know about how the tensors were found.
  package let notes: [String]
}

/// The tensors of a file, by name and in the file's order.
package struct StateDict: Sendable {
  /// The format of the file.
  package let format: Format
  /// Tensors by name, converted to float32.
  package var tensors: OrderedDictionary<String, Tensor>
  /// Tensors with elements, such as complex ones, that cannot become float32.
  package var unconverted: [TensorSummary]
  /// Text that a safetensors file carries beside the tensors, in the file's order.
  package var metadata: OrderedDictionary<String, String>
  /// What a user should know about how the tensors were found.
  package var notes: [String]
}
