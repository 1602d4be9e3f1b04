/// The place of the largest or smallest element along an axis, counted from 0.
///
/// Shapes: the extent of `axis` becomes 1, or the axis disappears without `keepsDimensions`.
package struct ArgReduce: AttributedOperation {
  /// Which element is looked for.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case maximum = "argmax"
    case minimum = "argmin"
  }

  package static let mnemonics = Kind.allCases.map(\.rawValue)
  package var mnemonic: String { kind.rawValue }
  /// Which element is looked for.
  package var kind: Kind
  /// The axis, counted from 0.
  package var axis: Int
  /// Whether the axis stays, with an extent of 1.
  package var keepsDimensions: Bool
  /// Whether the last of equal elements counts instead of the first.
  package var takesLast: Bool

  /// Looks for an element along an axis.
  package init(_ kind: Kind, axis: Int, keepsDimensions: Bool = false, takesLast: Bool = false) {
    self.kind = kind
    self.axis = axis
    self.keepsDimensions = keepsDimensions
    self.takesLast = takesLast
  }

  package var op: Op { .argReduce(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let type = try onlyOperand(operands)
    try checkAxis(axis, of: type)
    if type.shape[axis] == 0 { throw .type("axis \(axis) of \(type) has no elements") }
    return [TensorType(.float32, type.shape.reduced([axis], keepsDimensions))]
  }

  package var attributes: [Attribute] {
    [Attribute("axis", .integer(axis))]
      + (keepsDimensions ? [Attribute("keepdims", .flag(true))] : [])
      + (takesLast ? [Attribute("last", .flag(true))] : [])
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    guard let kind = Kind(rawValue: mnemonic) else {
      throw GraphError(.syntax("unknown reduction \(mnemonic)"))
    }
    self.kind = kind
    axis = try reader.integer("axis")
    keepsDimensions = try reader.flag("keepdims")
    takesLast = try reader.flag("last")
  }
}
