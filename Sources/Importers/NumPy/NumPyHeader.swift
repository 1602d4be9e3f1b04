/// The header of a NumPy file: a Python dictionary literal of three entries.
struct NumPyHeader: Hashable, Sendable {
  /// NumPy's own limit of axes.
  static let maximumRank = 64

  var type: StoredType
  var isBigEndian: Bool
  var isFortranOrder: Bool
  var shape: [Int]

  /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }`, its entries in any order.
  ///
  /// The cursor's slice ends with the header.
  init(_ cursor: ByteCursor) throws(ImportError) {
    var reader = LiteralReader(cursor: cursor)
    var description: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try reader.expect("{")
    while !reader.skip("}") {
      let key = try reader.string()
      try reader.expect(":")
      switch key {
      case "descr" where description == nil: description = try reader.string()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try reader.bool()
      case "shape" where shape == nil: shape = try reader.sizes()
      default: throw reader.fault("'descr', 'fortran_order' or 'shape', each once")
      }
      guard reader.skip(",") || reader.isAt("}") else { throw reader.fault("a comma") }
    }
    guard let description, let isFortranOrder, let shape, reader.isAtEnd else {
      throw reader.fault("'descr', 'fortran_order' and 'shape' and no more")
    }
    (type, isBigEndian) = try NumPyHeader.elementType(description)
    (self.isFortranOrder, self.shape) = (isFortranOrder, shape)
  }

  private static func elementType(
    _ description: String
  ) throws(ImportError) -> (StoredType, isBigEndian: Bool) {
    guard let order = description.first, "<>|=".contains(order),
      let type = types[String(description.dropFirst())]
    else { throw ImportError(.numPy(.elementType(description))) }
    return (type, order == ">")
  }

  private static let types: [String: StoredType] = [
    "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32,
    "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
  ]
}

/// Reads the few kinds of Python literals that a NumPy header has.
private struct LiteralReader {
  var cursor: ByteCursor

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return cursor.remaining == 0
    }
  }

  mutating func isAt(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    return cursor.next == UInt8(ascii: character)
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard isAt(character) else { return false }
    cursor.skipByte()
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(ImportError) {
    guard skip(character) else { throw fault(quoted(String(character))) }
  }

  mutating func string() throws(ImportError) -> String {
    guard let quote: Unicode.Scalar = isAt("'") ? "'" : isAt("\"") ? "\"" : nil else {
      throw fault("a string")
    }
    cursor.skipByte()
    let text = characters { $0 != UInt8(ascii: quote) && $0 != UInt8(ascii: "\\") }
    try expect(quote)
    return text
  }

  mutating func bool() throws(ImportError) -> Bool {
    skipBlanks()
    switch characters({ $0 >= UInt8(ascii: "A") }) {
    case "True": return true
    case "False": return false
    default: throw fault("True or False")
    }
  }

  mutating func sizes() throws(ImportError) -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !skip(")") {
      skipBlanks()
      let digits = characters { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let size = Int(digits) else { throw fault("a size") }
      _ = skip("L")  // Python 2 wrote long integers so
      sizes.append(size)
      guard sizes.count <= NumPyHeader.maximumRank else { throw fault("at most 64 sizes") }
      guard skip(",") || isAt(")") else { throw fault("a comma") }
    }
    return sizes
  }

  func fault(_ expected: String) -> ImportError {
    ImportError(.numPy(.badHeader(expected: expected)), at: ImportPlace(offset: cursor.offset))
  }

  private mutating func characters(_ belongs: (UInt8) -> Bool) -> String {
    let start = cursor.offset
    while let next = cursor.next, belongs(next) { cursor.skipByte() }
    return String(decoding: cursor.slice[start..<cursor.offset].bytes, as: UTF8.self)
  }

  private mutating func skipBlanks() {
    while let next = cursor.next, " \t\n".utf8.contains(next) { cursor.skipByte() }
  }
}
