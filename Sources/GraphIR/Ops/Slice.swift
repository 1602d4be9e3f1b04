/// Takes every `step`-th element of some axes.
///
/// Shapes: on an axis that is cut, element `i` of the result is element `start + i · step` of the
/// operand, for `i` below `extent`; other axes stay.
package struct Slice: AttributedOperation {
  package static let mnemonics = ["slice"]
  package var mnemonic: String { "slice" }

  /// What is taken of one axis.
  package struct Cut: Hashable, Sendable {
    /// The axis, counted from 0.
    package var axis: Int
    /// The first element to take.
    package var start: Dimension
    /// Elements to take.
    package var extent: Dimension
    /// Distance of the elements; below zero it goes backwards, 0 is refused.
    package var step: Int

    /// Takes `extent` elements from `start` on, `step` apart.
    package init(axis: Int, start: Dimension, extent: Dimension, step: Int = 1) {
      self.axis = axis
      self.start = start
      self.extent = extent
      self.step = step
    }
  }

  /// The cuts, each of another axis, sorted by axis.
  package var cuts: [Cut]

  /// Cuts several axes.
  package init(_ cuts: [Cut]) { self.cuts = cuts.sorted { $0.axis < $1.axis } }

  /// Takes `start ..< end` of an axis.
  package init(axis: Int, start: Int, end: Int) {
    self.init([Cut(axis: axis, start: .fixed(start), extent: .fixed(end - start))])
  }

  /// The elements that are taken where that is one range of one axis.
  package var range: (axis: Int, elements: Range<Int>)? {
    guard cuts.count == 1, cuts[0].step == 1, let start = cuts[0].start.fixedValue,
      let extent = cuts[0].extent.fixedValue, start >= 0, extent >= 0, extent <= Int.max - start
    else { return nil }
    return (cuts[0].axis, start..<start + extent)
  }

  package var op: Op { .slice(self) }

  package func mapDimensions(_ transform: (Dimension) -> Dimension) -> Slice {
    var copy = self
    for index in cuts.indices {
      copy.cuts[index].start = transform(cuts[index].start)
      copy.cuts[index].extent = transform(cuts[index].extent)
    }
    return copy
  }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    guard operands.count == 1 else { throw .type("slice takes one operand") }
    var result = operands[0]
    try checkAxes(cuts.map(\.axis), of: result)
    for cut in cuts {
      try check(cut, result.shape[cut.axis])
      result.shape[cut.axis] = cut.extent
    }
    return [result]
  }

  /// Both ends must lie inside of the axis, as far as they are known.
  private func check(_ cut: Cut, _ extent: Dimension) throws(GraphError) {
    let limit = 1 << 31
    guard cut.step != 0, -limit...limit ~= cut.step else {
      throw .type("slice has a step of \(cut.step)")
    }
    let last = cut.start + (cut.extent - 1) * .fixed(cut.step)
    let margins = [cut.extent - 1, cut.start, last, extent - 1 - cut.start, extent - 1 - last]
    if margins.contains(where: { ($0.fixedValue ?? 0) < 0 }) {
      let end = cut.start + cut.extent
      let what =
        cut.step == 1
        ? "\(cut.start) ..< \(end)"
        : "of \(cut.extent) elements from \(cut.start) on, \(cut.step) apart,"
      throw .type("slice \(what) is empty or outside of \(extent) elements")
    }
  }

  package var attributes: [Attribute] {
    if let range {
      return [
        Attribute("axis", .integer(range.axis)),
        Attribute("start", .integer(range.elements.lowerBound)),
        Attribute("end", .integer(range.elements.upperBound)),
      ]
    }
    let steps = cuts.map(\.step)
    return [
      Attribute("axes", .integers(cuts.map(\.axis))),
      Attribute("start", .dimensions(cuts.map(\.start))),
      Attribute("extent", .dimensions(cuts.map(\.extent))),
    ] + (steps.allSatisfy { $0 == 1 } ? [] : [Attribute("step", .integers(steps))])
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    if case .integer(let axis) = reader.take("axis") {
      let (start, end) = (try reader.integer("start"), try reader.integer("end"))
      guard 0 <= start, start < end else {
        throw GraphError(.syntax("slice \(start) ..< \(end) is empty"))
      }
      self.init(axis: axis, start: start, end: end)
      return
    }
    let axes = try reader.integers("axes")
    let (starts, extents) = (try reader.dimensions("start"), try reader.dimensions("extent"))
    let steps = try reader.integers("step", default: axes.map { _ in 1 })
    guard [starts.count, extents.count, steps.count].allSatisfy({ $0 == axes.count }) else {
      throw GraphError(.syntax("slice has lists of different lengths"))
    }
    self.init(
      axes.indices.map {
        Cut(axis: axes[$0], start: starts[$0], extent: extents[$0], step: steps[$0])
      })
  }
}
