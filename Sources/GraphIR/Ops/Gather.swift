/// Takes the elements of an axis that a second operand names.
///
/// Shapes: `[a…, n, b…]` and places `[i…]` to `[a…, i…, b…]`, where `n` is the extent of `axis`.
/// Places are whole numbers from 0 on; one that is out of range takes the nearest element.
package struct Gather: AttributedOperation {
  package static let mnemonics = ["gather"]
  package var mnemonic: String { "gather" }
  /// The axis, counted from 0.
  package var axis: Int

  /// Takes elements of an axis.
  package init(axis: Int) { self.axis = axis }

  package var op: Op { .gather(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    try check(operands, count: 2)
    let shape = operands[0].shape
    try checkAxis(axis, of: operands[0])
    if shape[axis] == 0 { throw .type("axis \(axis) of \(operands[0]) has no elements") }
    return [
      TensorType(.float32, shape[..<axis] + operands[1].shape + shape[(axis + 1)...])
    ]
  }

  package var attributes: [Attribute] { [Attribute("axis", .integer(axis))] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    axis = try reader.integer("axis")
  }
}
