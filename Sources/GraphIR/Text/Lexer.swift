/// A token of the text form, with its place.
struct Token: Hashable {
  enum Kind: Hashable {
    /// A bare word: a mnemonic, an attribute name, a symbol.
    case word(String)
    /// `%name`
    case value(String)
    /// `@name`
    case weight(String)
    case integer(Int)
    case number(Float)
    case text(String)
    /// One character that stands for itself, or `->`.
    case punctuation(String)
    case end
  }

  var kind: Kind
  var line: Int
  var column: Int
}

/// Cuts text into tokens.
///
/// `#` starts a comment that reaches to the end of the line. Text is read scalar by scalar: as
/// characters, a quotation mark and an accent behind it would be one that ends no string.
struct Lexer {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var column = 1

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// All tokens, the last of which is `.end`.
  mutating func tokens() throws(GraphError) -> [Token] {
    var tokens: [Token] = []
    repeat {
      skipBlanks()
      tokens.append(try next())
    } while tokens.last?.kind != .end
    return tokens
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func advance() -> Unicode.Scalar? {
    guard let scalar = current else { return nil }
    position += 1
    column += 1
    // A carriage return and the line feed behind it end one line.
    if scalar.isNewline && !(scalar == "\r" && current == "\n") {
      line += 1
      column = 1
    }
    return scalar
  }

  private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = current, condition(scalar) {
      text.append(scalar)
      _ = advance()
    }
    return String(text)
  }

  private mutating func skipBlanks() {
    while let scalar = current {
      if scalar == "#" {
        _ = take { !$0.isNewline }
      } else if scalar.properties.isWhitespace {
        _ = advance()
      } else {
        return
      }
    }
  }

  private mutating func next() throws(GraphError) -> Token {
    let (line, column) = (line, column)
    return Token(kind: try kind(), line: line, column: column)
  }

  private mutating func kind() throws(GraphError) -> Token.Kind {
    guard let scalar = current else { return .end }
    if scalar == "%" || scalar == "@" {
      _ = advance()
      let name = current == "\"" ? try string() : take(while: \.isNamePart)
      guard !name.isEmpty else { throw error("a name is missing after \(scalar)") }
      return scalar == "%" ? .value(name) : .weight(name)
    }
    if scalar == "\"" { return .text(try string()) }
    if scalar.isASCIILetter || scalar == "_" { return .word(take(while: \.isNamePart)) }
    if scalar.isASCIIDigit || startsNegativeNumber { return try number() }
    _ = advance()
    return .punctuation(String(scalar))
  }

  private var startsNegativeNumber: Bool {
    guard current == "-" else { return false }
    let word = scalars[(position + 1)...].prefix(4).prefix(while: \.isNamePart)
    return word.first?.isASCIIDigit == true
      || ["inf", "nan"].contains { $0.unicodeScalars.elementsEqual(word) }
  }

  private mutating func number() throws(GraphError) -> Token.Kind {
    var text = ""
    while let scalar = current {
      let isSign = (scalar == "-" || scalar == "+") && (text.isEmpty || text.last == "e")
      guard scalar.isASCIIDigit || scalar.isASCIILetter || scalar == "." || isSign else { break }
      text.unicodeScalars.append(scalar)
      _ = advance()
    }
    if let value = Int(text) { return .integer(value) }
    if let value = Float(text) { return .number(value) }
    throw error("\(text) is not a number")
  }

  private mutating func string() throws(GraphError) -> String {
    let unfinished = error("a string does not end")
    _ = advance()
    var text = String.UnicodeScalarView()
    while let scalar = advance() {
      if scalar == "\"" { return String(text) }
      guard scalar == "\\" else {
        text.append(scalar)
        continue
      }
      guard let escaped = advance() else { break }
      text.append(escaped == "n" ? "\n" : escaped)
    }
    throw unfinished
  }

  private func error(_ message: String) -> GraphError {
    GraphError(.syntax(message), at: "\(line):\(column)")
  }
}

/// Whether a name may stand without quotes.
func isPlainName(_ name: String) -> Bool {
  !name.isEmpty && name.unicodeScalars.allSatisfy(\.isNamePart)
}

extension Unicode.Scalar {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }

  fileprivate var isASCIILetter: Bool {
    ("a"..."z").contains(self) || ("A"..."Z").contains(self)
  }

  fileprivate var isNamePart: Bool {
    isASCIILetter || isASCIIDigit || self == "_" || self == "." || self == "$"
  }

  fileprivate var isNewline: Bool {
    ("\n"..."\r").contains(self) || ["\u{85}", "\u{2028}", "\u{2029}"].contains(self)
  }
}
