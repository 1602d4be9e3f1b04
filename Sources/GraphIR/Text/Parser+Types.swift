extension Parser {
  /// `f32[N, 3, H, W]`
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
      guard Dimension.fixed(value).isWithinLimits else { throw error("an extent is too large") }
      advance()
      return .fixed(value)
    case .word(let name):
      advance()
      return .symbol(name)
    default: break
    }
    guard depth < 32 else { throw error("an extent is nested too deeply") }
    try expect("(")
    var dimension = try parseDimension(depth: depth + 1)
    while !take(")") {
      dimension = try parseScaling(of: dimension)
      guard dimension.isWithinLimits else { throw error("an extent is too large") }
    }
    return dimension
  }

  private mutating func parseScaling(of dimension: Dimension) throws(GraphError) -> Dimension {
    if take("*") { return dimension.scaled(by: try expectPositive()) }
    if take("/") { return dimension.scaled(over: try expectPositive()) }
    let isSum = take("+")
    let offset = try expectInteger()
    guard isSum || offset < 0 else { throw error("expected an operator") }
    guard -(1 << 20)...(1 << 20) ~= offset else { throw error("an extent is too large") }
    return dimension.scaled(plus: offset)
  }

  private mutating func expectPositive() throws(GraphError) -> Int {
    let value = try expectInteger()
    guard 1...(1 << 20) ~= value else { throw error("expected a positive integer") }
    return value
  }
}
