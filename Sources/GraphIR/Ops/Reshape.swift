/// The same elements, in row-major order, under another shape.
///
/// Shapes: any to `shape`; both have the same number of elements, for all values of the symbols.
package struct Reshape: AttributedOperation {
  package static let mnemonics = ["reshape"]
  package var mnemonic: String { "reshape" }
  /// The shape of the result.
  package var shape: [Dimension]

  /// Gives elements another shape.
  package init(_ shape: [Dimension]) { self.shape = shape }

  package var op: Op { .reshape(self) }

  package func mapDimensions(_ transform: (Dimension) -> Dimension) -> Reshape {
    Reshape(shape.map(transform))
  }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let type = try onlyOperand(operands)
    let result = TensorType(.float32, shape)
    guard shape.allSatisfy({ ($0.fixedValue ?? 0) >= 0 }),
      Dimension.product(type.shape) == Dimension.product(shape)
    else { throw .type("\(type) has another number of elements than \(result)") }
    return [result]
  }

  package var attributes: [Attribute] { [Attribute("shape", .dimensions(shape))] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    shape = try reader.dimensions("shape")
  }
}
