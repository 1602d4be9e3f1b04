internal import OrderedCollections

/// A zip archive: entries by name, stored or deflated, zip64 included.
///
/// Only the central directory is believed: local headers of checkpoints have neither sizes nor
/// checksums. Two readers could see different contents in an archive whose entries overlap or share
/// a name, so such archives are refused.
struct ZipArchive: Sendable {
  private let file: ByteSlice
  /// Entries in the order of the central directory.
  let entries: OrderedDictionary<String, ZipEntry>
  /// The compressed bytes of each entry, as offsets into the file.
  private let extents: [String: Range<Int>]

  /// Bytes that entries of this archive may inflate to, all together.
  ///
  /// Weights hardly compress, but freshly initialised ones do.
  private var inflationLimit: Int { 16 * file.count + (64 << 20) }

  init(_ file: ByteSlice) throws(ImportError) {
    let directory = try ZipDirectory(file)
    let start = Int(directory.start)
    var cursor = ByteCursor(file[start..<start + Int(directory.size)])
    var entries: OrderedDictionary<String, ZipEntry> = [:]
    for _ in 0..<directory.entryCount {
      let entry = try ZipEntry(&cursor)
      if entries.updateValue(entry, forKey: entry.name) != nil {
        throw ImportError(.zip(.duplicateEntry(name: entry.name)))
      }
    }
    self.file = file
    self.entries = entries
    extents = try ZipArchive.extents(of: entries.values.elements, before: start, in: file)
    try checkInflatedSize()
  }

  private func checkInflatedSize() throws(ImportError) {
    var total: UInt64 = 0
    for entry in entries.values where entry.method == .deflated {
      let (sum, overflow) = total.addingReportingOverflow(entry.size)
      total = overflow ? .max : sum
    }
    if total > UInt64(inflationLimit) {
      let bytes = Int(clamping: total)
      throw ImportError(.file(.expansion(bytes: bytes, limit: inflationLimit)))
    }
  }

  /// The contents of an entry, inflated and checked.
  func contents(of entry: ZipEntry) throws(ImportError) -> ByteSlice {
    try within(ImportPlace(entry: entry.name)) { () throws(ImportError) in
      guard let extent = extents[entry.name] else {
        throw ImportError(.zip(.missingEntry(name: entry.name)))
      }
      var contents = file[extent]
      if entry.method == .deflated {
        guard let bytes = inflated(contents.bytes, size: Int(entry.size)) else {
          throw ImportError(.zip(.badCompression))
        }
        contents = ByteSlice(bytes)
      }
      let found = entry.checksum == 0 ? 0 : checksum(of: contents.bytes)
      guard found == entry.checksum else {
        throw ImportError(.zip(.checksum(expected: entry.checksum, found: found)))
      }
      return contents
    }
  }

  func contents(named name: String) throws(ImportError) -> ByteSlice {
    guard let entry = entries[name] else { throw ImportError(.zip(.missingEntry(name: name))) }
    return try contents(of: entry)
  }
}

extension ZipArchive {
  /// Finds the data behind each local header and makes sure that no two entries share a byte.
  private static func extents(
    of entries: [ZipEntry], before end: Int, in file: ByteSlice
  ) throws(ImportError) -> [String: Range<Int>] {
    var extents: [String: Range<Int>] = [:]
    var previous: (name: String, end: Int)?
    for entry in entries.sorted(by: { $0.header < $1.header }) {
      let extent = try within(ImportPlace(entry: entry.name)) { () throws(ImportError) in
        try self.extent(of: entry, before: end, in: file)
      }
      if let previous, entry.header < UInt64(previous.end) {
        throw ImportError(
          .zip(.overlappingEntries(first: previous.name, second: entry.name)))
      }
      previous = (entry.name, extent.upperBound)
      extents[entry.name] = extent
    }
    return extents
  }

  private static func extent(
    of entry: ZipEntry, before end: Int, in file: ByteSlice
  ) throws(ImportError) -> Range<Int> {
    guard entry.header < UInt64(end), file.has([0x50, 0x4B, 0x03, 0x04], at: Int(entry.header))
    else { throw ImportError(.zip(.badSignature(what: "local header"))) }
    var cursor = ByteCursor(file[0..<end], at: Int(entry.header))
    let what = "a local header"
    _ = try cursor.take(26, what)
    let nameLength = try cursor.integer(UInt16.self, what)
    let extraLength = try cursor.integer(UInt16.self, what)
    let name = try cursor.take(Int(nameLength), what)
    guard name.bytes.elementsEqual(entry.name.utf8) else {
      throw ImportError(.zip(.inconsistent(what: "an entry has two names")))
    }
    _ = try cursor.take(Int(extraLength), what)
    let start = cursor.offset
    _ = try cursor.take(entry.compressedSize, "the data of an entry")
    return start..<cursor.offset
  }
}
