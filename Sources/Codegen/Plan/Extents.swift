package import GraphIR

/// Height and width of an image.
package struct Extents: Hashable, Sendable {
  /// Rows.
  package var height: Dimension
  /// Columns.
  package var width: Dimension

  /// The last two extents of a shape `[N, C, H, W]`.
  init(_ shape: [Dimension]) {
    height = shape[2]
    width = shape[3]
  }

  /// Values of symbols with which an image of given extents is so large, or little smaller; those
  /// that are no part of its extents are 1.
  static func values(
    of symbols: [String], in extents: Extents?, height: Int, width: Int
  ) -> [String: Int] {
    var values = Dictionary(uniqueKeysWithValues: symbols.map { ($0, 1) })
    for (extent, pixels) in [(extents?.height, height), (extents?.width, width)] {
      guard let linear = extent?.linear else { continue }
      values[linear.symbol] = linear.symbol(upTo: pixels)
    }
    return values
  }
}

/// Where the numbers of a value lie while the program runs.
package enum Layout: Hashable, Sendable {
  /// In the program itself.
  case constant
  /// An image in the strip layout.
  case strips
  /// One number per channel, in memory of fixed size.
  case numbers
  /// In row-major order, in a slot.
  case rows
  /// In row-major order, in the caller's memory, as the input of that number.
  case caller(Int)
}
