package import GraphIR

/// The size of image for which costs are given.
package struct ImageExtents: Hashable, Sendable {
  /// Columns.
  package let width: Int
  /// Rows.
  package let height: Int

  /// Makes a size.
  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// The size of the photos that deraining networks are commonly measured with.
  package static let common = ImageExtents(width: 481, height: 321)

  /// The values of a graph's symbols, in order of appearance: the axes of an input
  /// `[N, C, H, W]` take 1, the height and the width, all other symbols 1.
  package func symbols(of graph: Graph) -> [(name: String, value: Int)] {
    var symbols: [(name: String, value: Int)] = []
    func bind(_ dimension: Dimension, to value: Int) {
      guard let linear = dimension.linear,
        !symbols.contains(where: { $0.name == linear.symbol })
      else { return }
      symbols.append((linear.symbol, linear.symbol(upTo: value)))
    }
    let shapes = graph.inputs.map { graph.type(of: $0).shape }
    for shape in shapes where shape.count == 4 {
      for (axis, value) in [(0, 1), (2, height), (3, width)] { bind(shape[axis], to: value) }
    }
    for shape in shapes {
      for dimension in shape { bind(dimension, to: 1) }
    }
    return symbols
  }
}
