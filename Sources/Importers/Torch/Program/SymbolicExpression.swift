internal import GraphIR

/// Reads the extents of inputs in a torch.export archive, such as
/// `Mul(Integer(2), Symbol('s0', positive=True, integer=True))` or, in older ones, `2*s0`.
struct SymbolicExpression {
  private static let depthLimit = 16
  private var rest: Substring

  /// - Throws: `ProgramFault.syntax`, and `.unsupported` for another function.
  static func parse(_ text: String) throws(ImportError) -> Dimension {
    guard text.utf8.count <= 4096 else {
      throw ImportError(.program(.tooLarge(what: "an expression of sizes", limit: 4096)))
    }
    var parser = SymbolicExpression(rest: Substring(text))
    let value = try parser.sum(0)
    guard parser.rest.isEmpty else { throw parser.unexpected("the end") }
    return value
  }

  private mutating func sum(_ depth: Int) throws(ImportError) -> Dimension {
    guard depth < Self.depthLimit else { throw unexpected("a simple expression") }
    var value = try product(depth)
    while true {
      if skip("+") {
        value = value + (try product(depth))
      } else if skip("-") {
        value = value - (try product(depth))
      } else {
        return value
      }
    }
  }

  private mutating func product(_ depth: Int) throws(ImportError) -> Dimension {
    var value = try factor(depth)
    while skip("*") { value = value * (try factor(depth)) }
    return value
  }

  private mutating func factor(_ depth: Int) throws(ImportError) -> Dimension {
    guard depth < Self.depthLimit else { throw unexpected("a simple expression") }
    if skip("(") {
      let value = try sum(depth + 1)
      try expect(")")
      return value
    }
    if skip("-") { return try factor(depth + 1) * -1 }
    let word = try word()
    if let number = Int(word) { return .fixed(number) }
    guard skip("(") else { return .symbol(word) }
    if word == "Symbol" { return try symbol() }
    var arguments = [try sum(depth + 1)]
    while skip(",") { arguments.append(try sum(depth + 1)) }
    try expect(")")
    switch word {
    case "Integer": return arguments[0]
    case "Add": return arguments.reduce(0, +)
    case "Mul": return .product(arguments)
    default: throw ImportError(.program(.unsupported("an input whose size is a \(quoted(word))")))
    }
  }

  /// A name in quotation marks, and facts that do not matter.
  private mutating func symbol() throws(ImportError) -> Dimension {
    try expect("'")
    let name = try word()
    try expect("'")
    while skip(",") {
      _ = try word()
      try expect("=")
      _ = try word()
    }
    try expect(")")
    return .symbol(name)
  }

  private mutating func word() throws(ImportError) -> String {
    skipBlanks()
    let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    guard !word.isEmpty, word.count <= 64 else { throw unexpected("a name") }
    rest.removeFirst(word.count)
    return String(word)
  }

  private mutating func skip(_ character: Character) -> Bool {
    skipBlanks()
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func expect(_ character: Character) throws(ImportError) {
    guard skip(character) else { throw unexpected(String(character)) }
  }

  private mutating func skipBlanks() { rest = rest.drop { $0 == " " } }

  private func unexpected(_ expected: String) -> ImportError {
    ImportError(.program(.syntax(expected: expected, found: String(rest.prefix(16)))))
  }
}
