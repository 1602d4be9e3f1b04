/// The type of a value: element type and extents.
///
/// Images are `[N, C, H, W]`; rank 0 is a scalar.
package struct TensorType: Hashable, Sendable {
  /// The type of every element.
  package var element: ElementType
  /// Extents, outermost first.
  package var shape: [Dimension]

  /// Makes a type, of float32 unless another is named.
  package init(_ element: ElementType = .float32, _ shape: [Dimension]) {
    self.element = element
    self.shape = shape
  }

  /// Number of axes.
  package var rank: Int { shape.count }

  /// The shape in numbers where no extent is symbolic.
  package var fixedShape: [Int]? {
    let extents = shape.compactMap(\.fixedValue)
    return extents.count == shape.count ? extents : nil
  }

  /// Number of elements, or nil where an extent is symbolic or the product overflows.
  package var elementCount: Int? {
    guard let extents = fixedShape else { return nil }
    return GraphIR.elementCount(of: extents)
  }

  /// Channels of an `[N, C, H, W]` value, where they are known.
  package var channels: Int? { rank == 4 ? shape[1].fixedValue : nil }

  /// Whether this is `[N, C, 1, 1]`: one number per channel.
  package var isPerChannel: Bool { rank == 4 && shape[2] == 1 && shape[3] == 1 }
}

extension TensorType: CustomStringConvertible {
  package var description: String {
    "\(element.rawValue)[\(shape.map(\.description).joined(separator: ", "))]"
  }
}

/// The product of extents, or nil where one is negative or the product does not fit an `Int`.
package func elementCount(of shape: [Int]) -> Int? {
  var product = 1
  for extent in shape {
    let (next, overflow) = product.multipliedReportingOverflow(by: extent)
    if extent < 0 || overflow { return nil }
    product = next
  }
  return product
}
