/// Where a zip archive keeps its list of entries.
struct ZipDirectory {
  let entryCount: UInt64
  let size: UInt64
  let start: UInt64

  /// Finds the end record, which a comment of up to 65,535 bytes may follow.
  init(_ file: ByteSlice) throws(ImportError) {
    let recordSize = 22
    let earliest = max(0, file.count - recordSize - 0xFFFF)
    guard file.count >= recordSize else { throw ImportError(.zip(.noDirectory)) }
    for offset in stride(from: file.count - recordSize, through: earliest, by: -1)
    where file.has([0x50, 0x4B, 0x05, 0x06], at: offset) {
      var cursor = ByteCursor(file, at: offset + 20)
      let comment = try cursor.integer(UInt16.self, "the zip end record")
      guard Int(comment) == cursor.remaining else { continue }
      self = try ZipDirectory(file, endRecord: offset)
      guard start <= UInt64(offset), size <= UInt64(offset) - start else {
        throw ImportError(
          .zip(.inconsistent(what: "its directory lies outside")), at: ImportPlace(offset: offset))
      }
      return
    }
    throw ImportError(.zip(.noDirectory))
  }

  private init(_ file: ByteSlice, endRecord offset: Int) throws(ImportError) {
    let what = "the zip end record"
    var cursor = ByteCursor(file, at: offset + 4)
    let disk = try cursor.integer(UInt16.self, what)
    let directoryDisk = try cursor.integer(UInt16.self, what)
    _ = try cursor.integer(UInt16.self, what)  // entries on this disk
    let count = try cursor.integer(UInt16.self, what)
    let size = try cursor.integer(UInt32.self, what)
    let start = try cursor.integer(UInt32.self, what)
    if count == .max || size == .max || start == .max {
      self = try ZipDirectory(file, locator: offset - 20)
      return
    }
    guard disk == 0, directoryDisk == 0 else { throw ImportError(.zip(.severalDisks)) }
    (entryCount, self.size, self.start) = (UInt64(count), UInt64(size), UInt64(start))
  }

  /// Reads the zip64 end record, which the locator before the end record points to.
  private init(_ file: ByteSlice, locator: Int) throws(ImportError) {
    let what = "the zip64 end record"
    guard file.has([0x50, 0x4B, 0x06, 0x07], at: locator) else {
      throw ImportError(
        .zip(.badSignature(what: "zip64 locator")), at: ImportPlace(offset: locator))
    }
    var cursor = ByteCursor(file, at: locator + 8)
    let position = try cursor.integer(UInt64.self, what)
    guard position <= UInt64(locator), file.has([0x50, 0x4B, 0x06, 0x06], at: Int(position)) else {
      throw ImportError(
        .zip(.badSignature(what: "zip64 end record")), at: ImportPlace(offset: locator))
    }
    cursor = ByteCursor(file, at: Int(position))
    _ = try cursor.take(32, what)
    entryCount = try cursor.integer(what)
    size = try cursor.integer(what)
    start = try cursor.integer(what)
  }
}
