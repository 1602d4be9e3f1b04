/// The elements of a constant tensor, immutable and shared: copying it copies no number.
///
/// Computation happens in float32, so elements are kept as `Float`; `sourceType` remembers how
/// the file stored them.
package struct Tensor: Hashable, Sendable {
  /// Extents, outermost first; empty for a scalar.
  package let shape: [Int]
  /// Elements in row-major order; their number is the product of `shape`.
  package let elements: [Float]
  /// How the file stored the elements.
  package let sourceType: ElementType

  /// - Precondition: `elements.count` is the product of `shape`.
  package init(shape: [Int], elements: [Float], sourceType: ElementType = .float32) {
    precondition(elementCount(of: shape) == elements.count, "elements do not fill the shape")
    self.shape = shape
    self.elements = elements
    self.sourceType = sourceType
  }

  /// A rank-0 tensor.
  package init(scalar: Float) { self.init(shape: [], elements: [scalar]) }

  /// The same elements under another shape of equal size.
  package func reshaped(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape, elements: elements, sourceType: sourceType)
  }

  /// The input channels `range` of a convolution's weight `[K, C, R, S]`.
  ///
  /// - Precondition: the rank is 4 and the channels exist.
  package func inputChannels(_ range: Range<Int>) -> Tensor {
    let area = shape[2] * shape[3]
    let part = (0..<shape[0]).flatMap { row in
      let start = row * shape[1] * area
      return elements[start + range.lowerBound * area..<start + range.upperBound * area]
    }
    return Tensor(shape: [shape[0], range.count, shape[2], shape[3]], elements: part)
  }

  /// The type a graph gives to this tensor: float32 whatever the file stored.
  package var type: TensorType { TensorType(.float32, shape.map(Dimension.fixed)) }
}
