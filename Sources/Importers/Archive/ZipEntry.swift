/// A file in a zip archive, as the central directory describes it.
struct ZipEntry: Hashable, Sendable {
  let name: String
  let method: Method
  /// CRC-32 of the contents; zero means that the writer did not compute it.
  let checksum: UInt32
  let compressedSize: UInt64
  let size: UInt64
  /// Where its local header starts.
  let header: UInt64

  enum Method: Hashable, Sendable {
    case stored
    case deflated
  }
}

extension ZipEntry {
  /// Reads one record of the central directory.
  init(_ cursor: inout ByteCursor) throws(ImportError) {
    let fields = try DirectoryRecord(&cursor)
    let name = try fields.checkedName()
    do throws(ImportError) {
      if fields.flags & 0x2041 != 0 { throw ImportError(.zip(.encrypted)) }
      var sizes = fields.sizes
      try sizes.widen(from: fields.extra)
      self.init(
        name: name, method: try Method(fields.method), checksum: fields.checksum,
        compressedSize: sizes.compressed, size: sizes.original, header: sizes.header)
    } catch {
      throw error.within(ImportPlace(entry: name))
    }
    if method == .stored && size != compressedSize {
      throw ImportError(
        .zip(.inconsistent(what: "a stored entry of two sizes")), at: ImportPlace(entry: name))
    }
  }
}

extension ZipEntry.Method {
  fileprivate init(_ number: UInt16) throws(ImportError) {
    switch number {
    case 0: self = .stored
    case 8: self = .deflated
    default: throw ImportError(.zip(.compressionMethod(Int(number))))
    }
  }
}

/// The fixed fields of a central directory record, in the order of APPNOTE 4.3.12.
private struct DirectoryRecord {
  let flags: UInt16
  let method: UInt16
  let checksum: UInt32
  let sizes: ZipSizes
  let name: ByteSlice
  let extra: ByteSlice

  init(_ cursor: inout ByteCursor) throws(ImportError) {
    let what = "the zip directory"
    let start = cursor.offset
    guard try cursor.integer(UInt32.self, what) == 0x0201_4B50 else {
      throw ImportError(
        .zip(.badSignature(what: "directory record")), at: ImportPlace(offset: start))
    }
    _ = try cursor.take(4, what)  // versions
    flags = try cursor.integer(what)
    method = try cursor.integer(what)
    _ = try cursor.take(4, what)  // time and date
    checksum = try cursor.integer(what)
    let compressed = try cursor.integer(UInt32.self, what)
    let original = try cursor.integer(UInt32.self, what)
    let nameLength = try cursor.integer(UInt16.self, what)
    let extraLength = try cursor.integer(UInt16.self, what)
    let commentLength = try cursor.integer(UInt16.self, what)
    _ = try cursor.take(8, what)  // disk, attributes
    let header = try cursor.integer(UInt32.self, what)
    name = try cursor.take(Int(nameLength), what)
    extra = try cursor.take(Int(extraLength), what)
    _ = try cursor.take(Int(commentLength), what)
    sizes = ZipSizes(original: original, compressed: compressed, header: header)
  }

  /// The name, refused where unpacking it could write outside a folder.
  func checkedName() throws(ImportError) -> String {
    guard let text = name.text else {
      throw ImportError(.zip(.unsafeName(name: String(decoding: name.bytes, as: UTF8.self))))
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let leadsOut = parts.contains("..") || parts.first == "" || parts.first?.last == ":"
    if leadsOut || text.contains("\\") || text.contains("\0") {
      throw ImportError(.zip(.unsafeName(name: text)))
    }
    return text
  }
}

/// The three numbers that zip64 may move into an extra field.
private struct ZipSizes {
  var original: UInt64
  var compressed: UInt64
  var header: UInt64

  init(original: UInt32, compressed: UInt32, header: UInt32) {
    self.original = UInt64(original)
    self.compressed = UInt64(compressed)
    self.header = UInt64(header)
  }

  /// Takes the saturated numbers from the zip64 extra field, which holds just those, in this order.
  mutating func widen(from extra: ByteSlice) throws(ImportError) {
    let saturated = UInt64(UInt32.max)
    guard [original, compressed, header].contains(saturated) else { return }
    let what = "a zip64 field"
    var fields = ByteCursor(extra)
    while fields.remaining > 0 {
      let identifier = try fields.integer(UInt16.self, what)
      let length = try fields.integer(UInt16.self, what)
      var field = ByteCursor(try fields.take(Int(length), what))
      guard identifier == 1 else { continue }
      if original == saturated { original = try field.integer(what) }
      if compressed == saturated { compressed = try field.integer(what) }
      if header == saturated { header = try field.integer(what) }
      return
    }
  }
}
