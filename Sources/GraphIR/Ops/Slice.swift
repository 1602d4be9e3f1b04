/// Takes the elements `start ..< end` of one axis.
///
/// Shapes: the extent of `axis` must be a number of at least `end`; it becomes `end − start`.
package struct Slice: AttributedOperation {
  package static let mnemonics = ["slice"]
  package var mnemonic: String { "slice" }
  /// The axis to cut, counted from 0.
  package var axis: Int
  /// The first element to take.
  package var start: Int
  /// The element behind the last one to take.
  package var end: Int

  /// Takes `start ..< end` of an axis.
  package init(axis: Int, start: Int, end: Int) {
    self.axis = axis
    self.start = start
    self.end = end
  }

  package var op: Op { .slice(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    guard operands.count == 1 else { throw .type("slice takes one operand") }
    var result = operands[0]
    guard result.shape.indices.contains(axis), let extent = result.shape[axis].fixedValue else {
      throw .type("axis \(axis) of \(result) has no fixed extent")
    }
    guard 0 <= start, start < end, end <= extent else {
      throw .type("slice \(start) ..< \(end) is empty or outside of \(extent) elements")
    }
    result.shape[axis] = .fixed(end - start)
    return [result]
  }

  package var attributes: [Attribute] {
    [
      Attribute("axis", .integer(axis)), Attribute("start", .integer(start)),
      Attribute("end", .integer(end)),
    ]
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    axis = try reader.integer("axis")
    start = try reader.integer("start")
    end = try reader.integer("end")
  }
}
