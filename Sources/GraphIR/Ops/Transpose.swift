/// Puts the axes into another order.
///
/// Shapes: axis `i` of the result is axis `permutation[i]` of the operand.
package struct Transpose: AttributedOperation {
  package static let mnemonics = ["transpose"]
  package var mnemonic: String { "transpose" }
  /// For every axis of the result the axis of the operand.
  package var permutation: [Int]

  /// Puts the axes into another order.
  package init(_ permutation: [Int]) { self.permutation = permutation }

  package var op: Op { .transpose(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let type = try onlyOperand(operands)
    guard permutation.sorted() == Array(0..<type.rank) else {
      throw .type("\(permutation) is no order of the axes of \(type)")
    }
    return [TensorType(.float32, permutation.map { type.shape[$0] })]
  }

  package var attributes: [Attribute] { [Attribute("perm", .integers(permutation))] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    permutation = try reader.integers("perm")
  }
}
