internal import OrderedCollections

/// A JSON value; objects keep the order of their keys.
enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// A number that is no `Int`, as written.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(OrderedDictionary<String, JSONValue>)
}

/// A strict parser of RFC 8259 that refuses duplicate keys and deep nesting.
struct JSONParser {
  private static let maximumDepth = 16
  private var cursor: ByteCursor

  /// Parses one value with blanks around it, which must reach to the end of the cursor's slice.
  ///
  /// - Throws: `JSONFault` with its offset.
  static func parse(_ cursor: ByteCursor) throws(ImportError) -> JSONValue {
    var parser = JSONParser(cursor: cursor)
    let value = try parser.value(depth: 0)
    parser.skipBlanks()
    guard parser.cursor.remaining == 0 else { throw parser.unexpected("the end") }
    return value
  }

  private mutating func value(depth: Int) throws(ImportError) -> JSONValue {
    guard depth < JSONParser.maximumDepth else {
      throw fault(.tooDeep(limit: JSONParser.maximumDepth))
    }
    skipBlanks()
    guard let next = cursor.next else { throw unexpected("a value") }
    switch next {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw unexpected("a value")
    }
  }

  private mutating func object(
    depth: Int
  ) throws(ImportError) -> OrderedDictionary<String, JSONValue> {
    var members: OrderedDictionary<String, JSONValue> = [:]
    try expect("{")
    if skip("}") { return members }
    repeat {
      skipBlanks()
      let start = cursor
      let key = try string()
      try expect(":")
      if members.updateValue(try value(depth: depth + 1), forKey: key) != nil {
        throw ImportError(.json(.duplicateKey(key)), at: ImportPlace(offset: start.offset))
      }
    } while skip(",")
    try expect("}")
    return members
  }

  private mutating func array(depth: Int) throws(ImportError) -> [JSONValue] {
    var items: [JSONValue] = []
    try expect("[")
    if skip("]") { return items }
    repeat { items.append(try value(depth: depth + 1)) } while skip(",")
    try expect("]")
    return items
  }

  private mutating func word(
    _ text: StaticString, _ value: JSONValue
  ) throws(ImportError) -> JSONValue {
    let word = String(describing: text)
    guard cursor.slice.has(word.utf8, at: cursor.offset) else { throw unexpected("a value") }
    _ = try cursor.take(word.utf8.count, "a word")
    return value
  }
}

extension JSONParser {
  private mutating func number() throws(ImportError) -> JSONValue {
    let start = cursor
    while let next = cursor.next, "+-.eE0123456789".utf8.contains(next) {
      cursor.skipByte()
    }
    let slice = cursor.slice[start.offset..<cursor.offset]
    guard let text = slice.text, JSONParser.isNumber(slice.bytes) else {
      throw ImportError(.json(.badNumber), at: ImportPlace(offset: start.offset))
    }
    return Int(text).map(JSONValue.integer) ?? .number(text)
  }

  /// Whether bytes are `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?`; as a pattern that takes a
  /// hundred times as long.
  private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    func take(_ choices: String) -> Bool {
      guard let next = rest.first, choices.utf8.contains(next) else { return false }
      rest.removeFirst()
      return true
    }
    func takeDigits() -> Bool {
      let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
      rest.removeFirst(count)
      return count > 0
    }
    _ = take("-")
    guard take("0") || takeDigits() else { return false }
    if take(".") && !takeDigits() { return false }
    if take("eE") {
      _ = take("+-")
      if !takeDigits() { return false }
    }
    return rest.isEmpty
  }

  private mutating func string() throws(ImportError) -> String {
    guard cursor.next == UInt8(ascii: "\"") else { throw unexpected("a string") }
    cursor.skipByte()
    var bytes: [UInt8] = []
    while true {
      let byte = try cursor.byte("a JSON string")
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault(.badText) }
        return text
      case UInt8(ascii: "\\"): bytes += try escape().utf8
      case 0..<0x20: throw fault(.badText)
      default: bytes.append(byte)
      }
    }
  }

  private mutating func escape() throws(ImportError) -> String {
    switch try cursor.byte("a JSON escape") {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw fault(.badEscape)
    }
  }

  /// One `\uXXXX`, or two that are a surrogate pair.
  private mutating func unicodeEscape() throws(ImportError) -> String {
    var units = [try codeUnit()]
    if UTF16.isLeadSurrogate(units[0]), cursor.slice.has("\\u".utf8, at: cursor.offset) {
      _ = try cursor.take(2, "a JSON escape")
      units.append(try codeUnit())
    }
    guard let text = String(validating: units, as: UTF16.self) else { throw fault(.badEscape) }
    return text
  }

  private mutating func codeUnit() throws(ImportError) -> UInt16 {
    let digits = try cursor.take(4, "a JSON escape")
    guard digits.bytes.first != UInt8(ascii: "+"), let text = digits.text,
      let unit = UInt16(text, radix: 16)
    else { throw fault(.badEscape) }
    return unit
  }

  private mutating func skipBlanks() {
    while let next = cursor.next, " \t\n\r".utf8.contains(next) { cursor.skipByte() }
  }

  /// Reads a character, after blanks, if it is there.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard cursor.next == UInt8(ascii: character) else { return false }
    cursor.skipByte()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(ImportError) {
    guard skip(character) else { throw unexpected(quoted(String(character))) }
  }

  private func unexpected(_ expected: String) -> ImportError {
    fault(.unexpected(expected: expected, found: cursor.next))
  }

  private func fault(_ fault: JSONFault) -> ImportError {
    ImportError(.json(fault), at: ImportPlace(offset: cursor.offset))
  }
}
