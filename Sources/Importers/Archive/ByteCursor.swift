/// A run of immutable bytes: a file, a part of one, or an inflated entry.
///
/// Copying it copies no byte.
struct ByteSlice: Sendable {
  let storage: [UInt8]
  /// Indices into `storage`.
  let range: Range<Int>

  init(_ bytes: [UInt8]) {
    storage = bytes
    range = bytes.indices
  }

  private init(storage: [UInt8], range: Range<Int>) {
    self.storage = storage
    self.range = range
  }

  var count: Int { range.count }

  /// - Precondition: `offset` lies within the slice.
  subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count, "byte outside its slice")
    return storage[range.lowerBound + offset]
  }

  /// A part of this slice, by offsets from its start.
  ///
  /// - Precondition: `part` lies within the slice.
  subscript(part: Range<Int>) -> ByteSlice {
    precondition(part.lowerBound >= 0 && part.upperBound <= count, "part outside its slice")
    let start = range.lowerBound
    return ByteSlice(
      storage: storage, range: (start + part.lowerBound)..<(start + part.upperBound))
  }

  var bytes: ArraySlice<UInt8> { storage[range] }

  /// Whether these bytes stand at `offset`; false where they would not fit.
  func has(_ expected: some Collection<UInt8>, at offset: Int = 0) -> Bool {
    guard offset >= 0, offset <= count, expected.count <= count - offset else { return false }
    return self[offset..<offset + expected.count].bytes.elementsEqual(expected)
  }

  /// The bytes as UTF-8 text, or nil where they are not.
  var text: String? { String(validating: bytes, as: UTF8.self) }
}

/// Reads a slice from front to back; every bound and every sum is checked here.
struct ByteCursor {
  let slice: ByteSlice
  /// Bytes already read.
  private(set) var offset: Int

  /// - Precondition: `offset` is at most the slice's count.
  init(_ slice: ByteSlice, at offset: Int = 0) {
    precondition(offset >= 0 && offset <= slice.count, "cursor outside its slice")
    self.slice = slice
    self.offset = offset
  }

  var remaining: Int { slice.count - offset }

  /// The next byte, which is not read, or nil at the end.
  var next: UInt8? { offset < slice.count ? slice[offset] : nil }

  /// Moves past the byte that `next` has shown.
  mutating func skipByte() {
    precondition(offset < slice.count, "no byte to skip")
    offset += 1
  }

  /// The next `count` bytes; `what` names them in the error of a file that ends before.
  mutating func take(_ count: UInt64, _ what: String) throws(ImportError) -> ByteSlice {
    guard count <= UInt64(remaining) else {
      throw ImportError(
        .file(.truncated(what: what, needed: count, available: remaining)),
        at: ImportPlace(offset: offset))
    }
    let part = slice[offset..<offset + Int(count)]
    offset += Int(count)
    return part
  }

  mutating func take(_ count: Int, _ what: String) throws(ImportError) -> ByteSlice {
    precondition(count >= 0, "lengths from a file are checked before they become signed")
    return try take(UInt64(count), what)
  }

  mutating func byte(_ what: String) throws(ImportError) -> UInt8 {
    guard offset < slice.count else { return try take(1, what)[0] }
    defer { offset += 1 }
    return slice[offset]
  }

  /// A little-endian number of the type that is asked for.
  mutating func integer<Value: FixedWidthInteger>(_ what: String) throws(ImportError) -> Value {
    try integer(Value.self, what)
  }

  /// A little-endian number.
  mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type, _ what: String
  ) throws(ImportError) -> Value {
    let bytes = try take(Value.bitWidth / 8, what).bytes
    return bytes.reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
  }

  /// The bytes before the next newline, which is read too.
  mutating func line(_ what: String) throws(ImportError) -> ByteSlice {
    let rest = slice[offset..<slice.count].bytes
    guard let newline = rest.firstIndex(of: 0x0A) else {
      throw ImportError(
        .file(.truncated(what: what, needed: UInt64(remaining) + 1, available: remaining)),
        at: ImportPlace(offset: offset))
    }
    let line = try take(newline - rest.startIndex, what)
    offset += 1
    return line
  }
}
