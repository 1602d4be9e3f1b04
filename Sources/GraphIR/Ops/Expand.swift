/// Repeats elements along axes whose extent is 1.
///
/// Shapes: any that is broadcast to `shape`, aligned at their end.
package struct Expand: AttributedOperation {
  package static let mnemonics = ["expand"]
  package var mnemonic: String { "expand" }
  /// The shape of the result.
  package var shape: [Dimension]

  /// Repeats elements to fill a shape.
  package init(_ shape: [Dimension]) { self.shape = shape }

  package var op: Op { .expand(self) }

  package func mapDimensions(_ transform: (Dimension) -> Dimension) -> Expand {
    Expand(shape.map(transform))
  }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let type = try onlyOperand(operands)
    let result = TensorType(.float32, shape)
    guard shape.allSatisfy({ ($0.fixedValue ?? 1) >= 1 }), try broadcast(type.shape, shape) == shape
    else { throw .type("\(type) cannot be expanded to \(result)") }
    return [result]
  }

  package var attributes: [Attribute] { [Attribute("shape", .dimensions(shape))] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    shape = try reader.dimensions("shape")
  }
}
