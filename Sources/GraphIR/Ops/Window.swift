/// How a kernel moves over the last two axes: padding with zeros, stride and dilation.
package struct Window: Hashable, Sendable {
  /// Rows and columns of zeros around the input: top, left, bottom, right.
  package var padding: [Int]
  /// Steps of the kernel in rows and columns.
  package var stride: [Int]
  /// Distance of neighbouring kernel elements in rows and columns.
  package var dilation: [Int]

  /// Makes a window; by default of stride 1 and without padding.
  package init(padding: [Int] = [0, 0, 0, 0], stride: [Int] = [1, 1], dilation: [Int] = [1, 1]) {
    self.padding = padding
    self.stride = stride
    self.dilation = dilation
  }

  /// A window of stride 1 that keeps height and width for an odd square kernel.
  package static func same(kernel: Int, dilation: Int = 1) -> Window {
    let margin = dilation * (kernel - 1) / 2
    return Window(
      padding: [margin, margin, margin, margin], dilation: [dilation, dilation])
  }

  /// Rows and columns of padding in all, by axis.
  private func totalPadding(_ axis: Int) -> Int { padding[axis] + padding[axis + 2] }

  /// Whether height and width of the input are kept for a kernel of these extents.
  package func keepsSize(kernel: [Int]) -> Bool {
    stride == [1, 1] && (0..<2).allSatisfy { totalPadding($0) == dilation[$0] * (kernel[$0] - 1) }
  }

  /// Height and width of the result:
  /// `H' = (H + top + bottom − dilation·(R − 1) − 1) / stride + 1`, likewise `W'`.
  ///
  /// - Parameter roundsUp: Whether the quotient is rounded up, as long as the last window begins
  ///   before the padding behind the input.
  /// - Throws: `GraphError.Kind.type` where the result is known to be empty, or for attributes
  ///   out of range.
  package func resultExtents(
    input: [Dimension], kernel: [Int], roundsUp: Bool = false
  ) throws(GraphError) -> [Dimension] {
    guard padding.allSatisfy({ 0...Self.limit ~= $0 }),
      (stride + dilation).allSatisfy({ 1...Self.limit ~= $0 })
    else { throw .type("padding, stride or dilation is out of range") }
    var extents: [Dimension] = []
    for axis in 0..<2 {
      let reach = dilation[axis] * (kernel[axis] - 1) + 1
      guard reach <= Self.limit else { throw .type("the kernel reaches too far") }
      let room = totalPadding(axis) - reach
      let shift = roundsUp ? min(room + stride[axis] - 1, padding[axis] - 1) : room
      let extent = input[axis].scaled(plus: shift + stride[axis], over: stride[axis])
      let complete = input[axis].scaled(plus: room)
      if (extent.fixedValue ?? 1) < 1 || (complete.fixedValue ?? 0) < 0 {
        throw .type("the kernel is larger than the padded input")
      }
      extents.append(extent)
    }
    return extents
  }

  /// No padding, stride or reach is larger.
  static let limit = 1 << 20

  /// The attributes that differ from their defaults.
  package var attributes: [Attribute] {
    let plain = Window()
    var list: [Attribute] = []
    if padding != plain.padding { list.append(Attribute("pad", .integers(padding))) }
    if stride != plain.stride { list.append(Attribute("stride", .integers(stride))) }
    if dilation != plain.dilation { list.append(Attribute("dilation", .integers(dilation))) }
    return list
  }

  /// Reads the attributes that `attributes` writes.
  package init(_ reader: inout AttributeReader) throws(GraphError) {
    padding = try reader.integers("pad", count: 4, default: [0, 0, 0, 0])
    stride = try reader.integers("stride", count: 2, default: [1, 1])
    dilation = try reader.integers("dilation", count: 2, default: [1, 1])
  }
}
