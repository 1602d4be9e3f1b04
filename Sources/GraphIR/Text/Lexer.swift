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
/// `#` starts a comment that reaches to the end of the line.
struct Lexer {
  private let characters: [Character]
  private var position = 0
  private var line = 1
  private var column = 1

  init(_ text: String) { characters = Array(text) }

  /// All tokens, the last of which is `.end`.
  mutating func tokens() throws(GraphError) -> [Token] {
    var tokens: [Token] = []
    repeat {
      skipBlanks()
      tokens.append(try next())
    } while tokens.last?.kind != .end
    return tokens
  }

  private var current: Character? { position < characters.count ? characters[position] : nil }

  private mutating func advance() -> Character? {
    guard let character = current else { return nil }
    position += 1
    if character.isNewline {
      line += 1
      column = 1
    } else {
      column += 1
    }
    return character
  }

  private mutating func take(while condition: (Character) -> Bool) -> String {
    var text = ""
    while let character = current, condition(character) {
      text.append(character)
      _ = advance()
    }
    return text
  }

  private mutating func skipBlanks() {
    while let character = current {
      if character == "#" {
        _ = take { !$0.isNewline }
      } else if character.isWhitespace {
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
    guard let character = current else { return .end }
    if character == "%" || character == "@" {
      _ = advance()
      let name = current == "\"" ? try string() : take(while: isNameCharacter)
      guard !name.isEmpty else { throw error("a name is missing after \(character)") }
      return character == "%" ? .value(name) : .weight(name)
    }
    if character == "\"" { return .text(try string()) }
    if character.isLetter || character == "_" { return .word(take(while: isNameCharacter)) }
    if character.isASCII && (character.isNumber || startsNegativeNumber) { return try number() }
    _ = advance()
    return .punctuation(String(character))
  }

  private var startsNegativeNumber: Bool {
    guard current == "-" else { return false }
    let word = characters[(position + 1)...].prefix(while: isNameCharacter)
    return word.first?.isNumber == true || ["inf", "nan"].contains(String(word))
  }

  private mutating func number() throws(GraphError) -> Token.Kind {
    var text = ""
    while let character = current {
      let isSign = (character == "-" || character == "+") && (text.isEmpty || text.last == "e")
      let isPart = character.isNumber || character.isLetter || character == "."
      guard character.isASCII, isPart || isSign else { break }
      text.append(character)
      _ = advance()
    }
    if let value = Int(text) { return .integer(value) }
    if let value = Float(text) { return .number(value) }
    throw error("\(text) is not a number")
  }

  private mutating func string() throws(GraphError) -> String {
    let unfinished = error("a string does not end")
    _ = advance()
    var text = ""
    while let character = advance() {
      if character == "\"" { return text }
      guard character == "\\" else {
        text.append(character)
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

/// Whether a character may stand in a name without quotes.
func isNameCharacter(_ character: Character) -> Bool {
  character.isASCII && (character.isLetter || character.isNumber || "_.$".contains(character))
}
