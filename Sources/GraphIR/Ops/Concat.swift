/// Joins values along one axis, in the order of the operands.
///
/// Shapes: equal on every axis but `axis`, whose extents add up.
package struct Concat: AttributedOperation {
  package static let mnemonics = ["concat"]
  package var mnemonic: String { "concat" }
  /// The axis to join, counted from 0.
  package var axis: Int

  /// Joins along an axis.
  package init(axis: Int) { self.axis = axis }

  package var op: Op { .concat(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    guard let first = operands.first else { throw .type("concat takes at least one operand") }
    guard first.shape.indices.contains(axis) else {
      throw .type("axis \(axis) does not exist in \(first)")
    }
    var result = first
    for operand in operands.dropFirst() {
      guard operand.rank == first.rank, operand.element == first.element else {
        throw .type("concat cannot join \(operand) to \(first) along axis \(axis)")
      }
      var aligned = operand
      aligned.shape[axis] = first.shape[axis]
      guard aligned == first else {
        throw .type("concat cannot join \(operand) to \(first) along axis \(axis)")
      }
      result.shape[axis] = result.shape[axis] + operand.shape[axis]
    }
    if result.shape[axis] == .fixed(.max) {
      throw .type("the operands of concat are too large to be joined")
    }
    return [result]
  }

  package var attributes: [Attribute] { [Attribute("axis", .integer(axis))] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    axis = try reader.integer("axis")
  }
}
