/// Samples images at the places that a second operand gives.
///
/// Shapes: `[N, C, H, W]` and places `[N, h, w, 2]` to `[N, C, h, w]`. A place is an `x` and a `y`,
/// from −1 at the left and upper end of the image to 1 at the right and lower one.
package struct GridSample: AttributedOperation {
  /// What stands for places outside of the image.
  package enum Outside: String, CaseIterable, Hashable, Sendable {
    /// Pixels of 0.
    case zeros
    /// The nearest place inside.
    case border
    /// The place that mirrors at the ends lead to.
    case reflection
  }

  package static let mnemonics = ["grid_sample"]
  package var mnemonic: String { "grid_sample" }
  /// How pixels between places are found; nearest rounds half to even.
  package var mode: Resize.Mode
  /// What stands for places outside.
  package var outside: Outside
  /// Whether −1 and 1 are the middles of the outermost pixels, not their outer edges.
  package var alignsCorners: Bool

  /// The coefficient `a` of mode `cubic`.
  package static let cubicCoefficient: Float = -0.75

  /// Samples at places, by default between the four nearest pixels, with zeros around them.
  package init(
    mode: Resize.Mode = .linear, outside: Outside = .zeros, alignsCorners: Bool = false
  ) {
    self.mode = mode
    self.outside = outside
    self.alignsCorners = alignsCorners
  }

  package var op: Op { .gridSample(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    try check(operands, count: 2)
    let (image, places) = (operands[0], operands[1])
    guard image.rank == 4, places.rank == 4, places.shape[0] == image.shape[0],
      places.shape[3] == 2
    else {
      throw .type(
        "\(mnemonic) takes f32[N, C, H, W] and f32[N, h, w, 2], not \(image) and \(places)")
    }
    guard image.shape.allSatisfy({ ($0.fixedValue ?? 1) >= 1 }) else {
      throw .type("\(mnemonic) has nothing to sample in \(image)")
    }
    return [TensorType(.float32, Array(image.shape[..<2]) + places.shape[1..<3])]
  }

  package var attributes: [Attribute] {
    var list: [Attribute] = []
    if mode != .linear { list.append(Attribute("mode", .text(mode.rawValue))) }
    if outside != .zeros { list.append(Attribute("outside", .text(outside.rawValue))) }
    if alignsCorners { list.append(Attribute("align_corners", .flag(true))) }
    return list
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    mode = try reader.choice("mode", default: .linear)
    outside = try reader.choice("outside", default: .zeros)
    alignsCorners = try reader.flag("align_corners")
  }
}
