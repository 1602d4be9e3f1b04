internal import GraphIR

/// How the inputs of a program become inputs of a graph.
struct ProgramInputs: Sendable {
  /// Arrays that are there for them.
  let arrays: [String: InputArray]
  /// Shapes that the user wants.
  var shapes = InputShapes()
  /// Whether extents are those of the arrays.
  var isBound = false
  /// Rows and columns that are free are multiples of this number.
  var multiple = 1
  /// The channels of images, where the file does not tell.
  var channels = 3
  /// The number of images, where the file does not tell.
  var batch: Dimension = "N"
  /// What the user's shapes say of the symbols of the file.
  private(set) var symbols: [String: Int] = [:]

  /// Multiples that are tried where a network does not fit all sizes: it halves them so often.
  static let multiples = [1, 2, 4, 8, 16, 32, 64]

  static func note(_ multiple: Int) -> String {
    "height and width of images must be multiples of \(multiple)"
  }

  /// Prepares for a program with these inputs; of some the file tells extents.
  ///
  /// - Throws: `ModelFault` where the user's shapes do not fit.
  mutating func take(_ inputs: [(name: String, shape: [Dimension]?)]) throws(ImportError) {
    shapes = try shapes.resolved(for: inputs.map(\.name))
    for case (let name, let shape?) in inputs { try shapes.bind(name, shape, &symbols) }
  }

  /// The shape of an input of which the file tells nothing: what the user wants, that of the array,
  /// or that of an image.
  func assumedShape(of name: String) -> [Dimension] {
    var names = AxisNames()
    if let wanted = shapes.shape(of: name) {
      let extents = wanted.enumerated().map { axis, extent in
        extent.map(Dimension.fixed) ?? .symbol("axis\(axis)")
      }
      return shape(name, extents, &names)
    }
    if let array = arrays[name], isBound || array.shape.count != 4 {
      return array.shape.map(Dimension.fixed)
    }
    let channels = arrays[name].map { $0.shape[1] } ?? channels
    return shape(name, [batch, .fixed(channels), "H", "W"], &names)
  }

  /// The extents of an input; free ones get the names of their axes.
  ///
  /// - Parameter shape: What the file says.
  func shape(_ name: String, _ shape: [Dimension], _ names: inout AxisNames) -> [Dimension] {
    let shape = shape.map { $0.evaluated(symbols).map(Dimension.fixed) ?? $0 }
    if isBound, let array = arrays[name], array.shape.count == shape.count {
      return zip(shape, array.shape).map { $0.fixedValue == nil ? .fixed($1) : $0 }
    }
    return shape.enumerated().map { axis, extent in
      names.extent(extent, axis: axis, rank: shape.count, multiple: multiple)
    }
  }
}

/// Names for the extents of inputs: `N`, `C`, `H`, `W` and, where `H` is a multiple of it, `h`.
struct AxisNames: Sendable {
  private var names: [String: Dimension] = [:]
  private var taken: Set<String> = []

  mutating func extent(_ extent: Dimension, axis: Int, rank: Int, multiple: Int) -> Dimension {
    guard let linear = extent.linear else { return extent }
    let symbol = named(linear.symbol, axis: axis, rank: rank, multiple: multiple)
    return symbol * .fixed(linear.factor) + .fixed(linear.offset)
  }

  /// What stands for a symbol of the file.
  private mutating func named(_ source: String, axis: Int, rank: Int, multiple: Int) -> Dimension {
    if let known = names[source] { return known }
    let isImageSize = rank == 4 && axis >= 2
    let stem = rank == 4 ? ["N", "C", "H", "W"][axis] : "d\(axis)"
    let factor = isImageSize ? multiple : 1
    let name = unique(factor == 1 ? stem : stem.lowercased())
    let extent = Dimension.symbol(name) * .fixed(factor)
    names[source] = extent
    return extent
  }

  private mutating func unique(_ stem: String) -> String {
    var candidate = stem
    var suffix = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(stem)_\(suffix)"
      suffix += 1
    }
    return candidate
  }
}
