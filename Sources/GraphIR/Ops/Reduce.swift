/// Combines all elements along some axes into one.
///
/// Shapes: the extents of `axes` become 1, or the axes disappear without `keepsDimensions`.
package struct Reduce: AttributedOperation {
  /// How elements are combined.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case sum = "reduce_sum"
    case mean = "reduce_mean"
    case maximum = "reduce_max"
    case minimum = "reduce_min"
    case product = "reduce_prod"
  }

  package static let mnemonics = Kind.allCases.map(\.rawValue)
  package var mnemonic: String { kind.rawValue }
  /// How elements are combined.
  package var kind: Kind
  /// The axes that are reduced, counted from 0 and sorted.
  package var axes: [Int]
  /// Whether reduced axes stay, with an extent of 1.
  package var keepsDimensions: Bool

  /// Reduces some axes.
  package init(_ kind: Kind, axes: [Int], keepsDimensions: Bool = false) {
    self.kind = kind
    self.axes = axes
    self.keepsDimensions = keepsDimensions
  }

  package var op: Op { .reduce(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let type = try onlyOperand(operands)
    try checkAxes(axes, of: type)
    if let axis = axes.first(where: { type.shape[$0] == 0 }) {
      throw .type("axis \(axis) of \(type) has no elements")
    }
    return [TensorType(.float32, type.shape.reduced(axes, keepsDimensions))]
  }

  package var attributes: [Attribute] {
    [Attribute("axes", .integers(axes))]
      + (keepsDimensions ? [Attribute("keepdims", .flag(true))] : [])
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    guard let kind = Kind(rawValue: mnemonic) else {
      throw GraphError(.syntax("unknown reduction \(mnemonic)"))
    }
    self.kind = kind
    axes = try reader.integers("axes")
    keepsDimensions = try reader.flag("keepdims")
  }
}

extension [Dimension] {
  /// The shape with some axes reduced to 1, or without them.
  func reduced(_ axes: [Int], _ keepsDimensions: Bool) -> [Dimension] {
    enumerated().compactMap { axis, extent in
      axes.contains(axis) ? (keepsDimensions ? 1 : nil) : extent
    }
  }
}
