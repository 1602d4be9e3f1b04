/// Puts elements at places of planes that are zeros otherwise, as a maximum was taken from there.
///
/// Shapes: `[N, C, h, w]` and places of the same shape to `[N, C, H, W]`. Places are whole numbers
/// `y · W + x`; one that is out of range takes the nearest element. Where several elements have one
/// place, the last one stays.
package struct MaxUnpool2D: AttributedOperation {
  package static let mnemonics = ["max_unpool2d"]
  package var mnemonic: String { "max_unpool2d" }
  /// Rows and columns of the result.
  package var extents: [Dimension]

  /// Puts elements at places of planes of this size.
  package init(extents: [Dimension]) { self.extents = extents }

  package var op: Op { .maxUnpool2D(self) }

  package func mapDimensions(_ transform: (Dimension) -> Dimension) -> MaxUnpool2D {
    MaxUnpool2D(extents: extents.map(transform))
  }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    try check(operands, count: 2)
    let type = operands[0]
    guard type.rank == 4, operands[1] == type else {
      throw .type(
        "\(mnemonic) takes f32[N, C, H, W] and as many places, not \(type) and \(operands[1])")
    }
    guard extents.count == 2, extents.allSatisfy({ ($0.fixedValue ?? 1) >= 1 }) else {
      throw .type("\(mnemonic) makes no planes of \(extents)")
    }
    return [TensorType(.float32, type.shape[..<2] + extents)]
  }

  package var attributes: [Attribute] { [Attribute("extents", .dimensions(extents))] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    extents = try reader.dimensions("extents")
  }
}
