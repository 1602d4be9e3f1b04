/// Adds elements before and behind each axis, or takes some away where the number is negative.
///
/// Shapes: extent `d` of axis `i` becomes `low[i] + d + high[i]`.
package struct Pad: AttributedOperation {
  /// What is added.
  package enum Mode: String, CaseIterable, Hashable, Sendable {
    /// `value`.
    case constant
    /// The elements on the other side of the outermost one, which is not repeated.
    case reflect
    /// The outermost element.
    case edge
    /// The elements from the other end of the axis.
    case wrap
  }

  package static let mnemonics = ["pad"]
  package var mnemonic: String { "pad" }
  /// Elements to add before every axis.
  package var low: [Dimension]
  /// Elements to add behind every axis.
  package var high: [Dimension]
  /// What is added.
  package var mode: Mode
  /// The number that is added in mode `constant`.
  package var value: Float

  /// Adds elements around a tensor, by default zeros.
  package init(low: [Dimension], high: [Dimension], mode: Mode = .constant, value: Float = 0) {
    self.low = low
    self.high = high
    self.mode = mode
    self.value = value
  }

  package var op: Op { .pad(self) }

  package func mapDimensions(_ transform: (Dimension) -> Dimension) -> Pad {
    Pad(low: low.map(transform), high: high.map(transform), mode: mode, value: value)
  }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    var type = try onlyOperand(operands)
    guard low.count == type.rank, high.count == type.rank else {
      throw .type("pad names \(low.count) and \(high.count) axes of \(type)")
    }
    for axis in 0..<type.rank where low[axis] != 0 || high[axis] != 0 {
      try check(axis, type.shape[axis])
      type.shape[axis] = low[axis] + type.shape[axis] + high[axis]
    }
    return [type]
  }

  /// Something must be left, and what is added must exist, as far as extents are known.
  private func check(_ axis: Int, _ extent: Dimension) throws(GraphError) {
    let available: Dimension? =
      switch mode {
      case .constant, .edge: nil
      case .reflect: extent - 1
      case .wrap: extent
      }
    var margins = [low[axis] + extent + high[axis] - 1, extent + low[axis], extent + high[axis]]
    if mode != .constant { margins += [extent - 1] }
    if let available { margins += [available - low[axis], available - high[axis]] }
    if margins.contains(where: { ($0.fixedValue ?? 0) < 0 }) {
      throw .type(
        "pad cannot add \(low[axis]) and \(high[axis]) elements to \(extent) in mode "
          + mode.rawValue)
    }
  }

  package var attributes: [Attribute] {
    [Attribute("low", .dimensions(low)), Attribute("high", .dimensions(high))]
      + (mode == .constant ? [] : [Attribute("mode", .text(mode.rawValue))])
      + (value == 0 ? [] : [Attribute("value", .number(value))])
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    low = try reader.dimensions("low")
    high = try reader.dimensions("high")
    mode = try reader.choice("mode", default: .constant)
    value = try reader.number("value", default: 0)
  }
}
