/// A word of the text of a TorchScript program.
enum ScriptToken: Hashable, Sendable {
  case name(String)
  case integer(Int)
  case float(Double)
  case text(String)
  /// One of the signs, such as `(` or `->`.
  case sign(String)
  case newline
  case indent
  case dedent
  case end

  /// The word as it is written, for messages.
  var written: String {
    switch self {
    case .name(let name): name
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .text(let text): "\"\(text)\""
    case .sign(let sign): sign
    case .newline: "the end of the line"
    case .indent: "an indented line"
    case .dedent: "the end of the block"
    case .end: "the end"
    }
  }
}

/// Cuts the text of a TorchScript program, whose lines are laid out as those of Python, into words.
struct ScriptLexer {
  /// Bytes of a text; programs of the largest networks have a few hundred thousand.
  static let sizeLimit = 1 << 23
  /// Blocks in each other.
  static let indentLimit = 128

  private let bytes: [UInt8]
  private var place = 0
  /// Open brackets, in which lines do not end.
  private var brackets = 0
  private var indents = [0]
  private var tokens: [(token: ScriptToken, offset: Int)] = []

  /// The words with their places, the last of which is `.end`.
  ///
  /// - Throws: `ProgramFault.syntax`, `.tooLarge`.
  static func tokens(of text: ByteSlice) throws(ImportError) -> [(token: ScriptToken, offset: Int)]
  {
    guard text.count <= sizeLimit else {
      throw ImportError(.program(.tooLarge(what: "a text of the program", limit: sizeLimit)))
    }
    var lexer = ScriptLexer(bytes: Array(text.bytes))
    while lexer.place < lexer.bytes.count { try lexer.line() }
    try lexer.indent(to: 0)
    lexer.add(.end)
    return lexer.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func add(_ token: ScriptToken, at offset: Int? = nil) {
    tokens.append((token, offset ?? place))
  }

  /// One line, or several where brackets stay open.
  private mutating func line() throws(ImportError) {
    let start = place
    while next == UInt8(ascii: " ") { place += 1 }
    let width = place - start
    skipComment()
    if skip("\n") || skip("\r") { return }
    if next == nil { return }
    try indent(to: width)
    while let byte = next {
      if byte == UInt8(ascii: "\n"), brackets == 0 { break }
      try word(byte)
    }
    if brackets > 0 { throw unexpected("a closing bracket") }
    place += 1
    add(.newline)
  }

  private mutating func indent(to width: Int) throws(ImportError) {
    if width > indents[indents.count - 1] {
      guard indents.count < Self.indentLimit else {
        throw ImportError(.program(.tooLarge(what: "the nesting", limit: Self.indentLimit)))
      }
      indents.append(width)
      add(.indent)
    }
    while width < indents[indents.count - 1] {
      indents.removeLast()
      add(.dedent)
    }
    guard width == indents[indents.count - 1] else { throw unexpected("an even indentation") }
  }

  private mutating func word(_ byte: UInt8) throws(ImportError) {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): place += 1
    case UInt8(ascii: "#"): skipComment()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try text(byte)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: ".") where isDigit(at: place + 1): try number()
    default:
      if Self.isLetter(byte) { name() } else { try sign() }
    }
  }

  private mutating func skipComment() {
    guard next == UInt8(ascii: "#") else { return }
    while let byte = next, byte != UInt8(ascii: "\n") { place += 1 }
  }

  private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: sign) else { return false }
    place += 1
    return true
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_")
      || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
      || byte >= 0x80
  }

  private func isDigit(at place: Int) -> Bool {
    place < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place])
  }

  private mutating func name() {
    let start = place
    while let byte = next, Self.isLetter(byte) || isDigit(at: place) { place += 1 }
    add(.name(String(decoding: bytes[start..<place], as: UTF8.self)), at: start)
  }

  private mutating func number() throws(ImportError) {
    let start = place
    while let byte = next {
      let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      let follows = place > start && (bytes[place - 1] | 0x20) == UInt8(ascii: "e")
      guard
        isDigit(at: place) || byte == UInt8(ascii: ".") || (byte | 0x20) == UInt8(ascii: "e")
          || isSign && follows
      else { break }
      place += 1
    }
    var word = String(decoding: bytes[start..<place], as: UTF8.self)
    if let number = Int(word) { return add(.integer(number), at: start) }
    // `1.` and `1.e-05` are floats of Python.
    if word.hasSuffix(".") { word += "0" }
    word = word.replacing(".e", with: ".0e")
    if word.hasPrefix(".") { word = "0" + word }
    guard let number = Double(word) else {
      throw ImportError(
        .program(.syntax(expected: "a number", found: word)), at: ImportPlace(offset: start))
    }
    add(.float(number), at: start)
  }

  private mutating func text(_ quote: UInt8) throws(ImportError) {
    let start = place
    place += 1
    var content: [UInt8] = []
    while let byte = next, byte != quote, byte != UInt8(ascii: "\n") {
      place += 1
      content.append(byte)
      // What is escaped matters to no mode or name; a quotation mark does not end the text.
      if byte == UInt8(ascii: "\\"), let escaped = next {
        content.append(escaped)
        place += 1
      }
    }
    guard next == quote else { throw unexpected("a quotation mark") }
    place += 1
    add(.text(String(decoding: content, as: UTF8.self)), at: start)
  }

  private mutating func sign() throws(ImportError) {
    let pairs = ["->", "==", "!=", "<=", ">=", "//", "**"]
    let pair = String(decoding: bytes[place..<min(place + 2, bytes.count)], as: UTF8.self)
    if pairs.contains(pair) {
      add(.sign(pair))
      place += 2
      return
    }
    let sign = String(decoding: [bytes[place]], as: UTF8.self)
    guard "()[]{},:.=-+*/<>@%".contains(sign) else { throw unexpected("a word") }
    if "([{".contains(sign) { brackets += 1 }
    if ")]}".contains(sign) { brackets -= 1 }
    guard brackets >= 0 else { throw unexpected("an opening bracket") }
    add(.sign(sign))
    place += 1
  }

  private func unexpected(_ expected: String) -> ImportError {
    let found = next.map { String(decoding: [$0], as: UTF8.self) } ?? "the end"
    return ImportError(
      .program(.syntax(expected: expected, found: found)), at: ImportPlace(offset: place))
  }
}
