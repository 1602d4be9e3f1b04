extension Parser {
  /// Reads a type such as `f32[N, 3, H, W]`.
  mutating func parseType() throws(GraphError) -> TensorType {
    let start = place
    let name = try expectWord("a type")
    guard let element = ElementType(rawValue: name) else {
      throw error("unknown type \(name)", at: start)
    }
    try expect("[")
    return TensorType(
      element, try list(until: "]") { (parser) throws(GraphError) in try parser.parseDimension() })
  }

  /// `24`, `H`, `(H*2+1)` or `((H+1)/2)`.
  private mutating func parseDimension(depth: Int = 0) throws(GraphError) -> Dimension {
    switch current {
    case .integer(let value):
      guard value >= 0 else { throw error("an extent is not negative") }
      advance()
      return .fixed(value)
    case .word(let name):
      advance()
      return .symbol(name)
    default: break
    }
    if depth == Self.nestingLimit { throw error("the extent is nested too deeply") }
    try expect("(")
    var dimension = try parseDimension(depth: depth + 1)
    while !take(")") { dimension = try parseScaling(of: dimension) }
    return dimension
  }

  /// Extents are read by recursion, which must not exhaust the stack.
  private static let nestingLimit = 64

  private mutating func parseScaling(of dimension: Dimension) throws(GraphError) -> Dimension {
    if take("*") { return dimension.scaled(by: try expectPositive()) }
    if take("/") { return dimension.scaled(over: try expectPositive()) }
    if take("+") { return dimension.scaled(plus: try expectInteger()) }
    let offset = try expectInteger()
    guard offset < 0 else { throw error("expected an operator") }
    return dimension.scaled(plus: offset)
  }

  private mutating func expectPositive() throws(GraphError) -> Int {
    let value = try expectInteger()
    guard value > 0 else { throw error("expected a positive integer") }
    return value
  }
}
