/// Adds every element of an axis to those in front of it.
///
/// Shapes: any to the same.
package struct CumulativeSum: AttributedOperation {
  package static let mnemonics = ["cumsum"]
  package var mnemonic: String { "cumsum" }
  /// The axis, counted from 0.
  package var axis: Int

  /// Adds along an axis.
  package init(axis: Int) { self.axis = axis }

  package var op: Op { .cumulativeSum(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let type = try onlyOperand(operands)
    try checkAxis(axis, of: type)
    return [type]
  }

  package var attributes: [Attribute] { [Attribute("axis", .integer(axis))] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    axis = try reader.integer("axis")
  }
}
