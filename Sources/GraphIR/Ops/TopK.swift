/// The `k` largest or smallest elements along an axis, the best one first, and their places.
///
/// Shapes: two results, values and places, whose extent of `axis` is `k`. Of equal elements the
/// first comes first.
package struct TopK: AttributedOperation {
  package static let mnemonics = ["top_k"]
  package var mnemonic: String { "top_k" }
  /// The axis, counted from 0.
  package var axis: Int
  /// Elements to take.
  package var k: Int
  /// Whether the largest elements are taken instead of the smallest.
  package var largest: Bool

  /// Takes the best elements along an axis.
  package init(axis: Int, k: Int, largest: Bool = true) {
    self.axis = axis
    self.k = k
    self.largest = largest
  }

  package var op: Op { .topK(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    var type = try onlyOperand(operands)
    try checkAxis(axis, of: type)
    guard k >= 1, k <= type.shape[axis].fixedValue ?? .max else {
      throw .type("top_k cannot take \(k) of \(type.shape[axis]) elements")
    }
    type.shape[axis] = .fixed(k)
    return [type, type]
  }

  package var attributes: [Attribute] {
    [Attribute("axis", .integer(axis)), Attribute("k", .integer(k))]
      + (largest ? [] : [Attribute("largest", .flag(false))])
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    axis = try reader.integer("axis")
    k = try reader.integer("k")
    largest = try reader.flag("largest", default: true)
  }
}
