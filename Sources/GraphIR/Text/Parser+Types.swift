extension Parser {
  /// Reads a type such as `f32[N, 3, H, W]`.
  mutating func parseType() throws(GraphError) -> TensorType {
    let element = try parseElement()
    try expect("[")
    return TensorType(
      element, try list(until: "]") { (parser) throws(GraphError) in try parser.parseDimension() })
  }

  /// Reads the type of an element such as `f32`.
  mutating func parseElement() throws(GraphError) -> ElementType {
    let start = place
    let name = try expectWord("a type")
    guard let element = ElementType(rawValue: name) else {
      throw error("unknown type \(name)", at: start)
    }
    return element
  }

  /// An extent of a type, which is not negative.
  private mutating func parseDimension() throws(GraphError) -> Dimension {
    let start = place
    let extent = try parseExtent()
    if let value = extent.fixedValue, value < 0 {
      throw error("an extent is not negative", at: start)
    }
    return extent
  }

  /// `24`, `H`, `(H*2+1)`, `((H+1)/2)` or `(H*W)`; operators apply from left to right.
  mutating func parseExtent(depth: Int = 0) throws(GraphError) -> Dimension {
    switch current {
    case .integer(let value):
      advance()
      return .fixed(value)
    case .word(let name):
      advance()
      return .symbol(name)
    default: break
    }
    if depth == Self.nestingLimit { throw error("the extent is nested too deeply") }
    try expect("(")
    var extent = try parseExtent(depth: depth + 1)
    while !take(")") { extent = try parseArithmetic(on: extent, depth: depth + 1) }
    return extent
  }

  /// Extents are read by recursion, which must not exhaust the stack.
  private static let nestingLimit = 64

  private mutating func parseArithmetic(
    on extent: Dimension, depth: Int
  ) throws(GraphError) -> Dimension {
    if take("*") { return extent * (try parseExtent(depth: depth)) }
    if take("/") { return extent.scaled(over: try expectPositive()) }
    if take("+") { return extent + (try parseExtent(depth: depth)) }
    if take("-") { return extent - (try parseExtent(depth: depth)) }
    // `H-3` is a symbol and a negative number.
    guard case .integer(let offset) = current, offset < 0 else {
      throw error("expected an operator")
    }
    advance()
    return extent + .fixed(offset)
  }

  private mutating func expectPositive() throws(GraphError) -> Int {
    let value = try expectInteger()
    guard value > 0 else { throw error("expected a positive integer") }
    return value
  }
}
