internal import Importers

/// A zip archive of entries that are stored as they are, without checksums (APPNOTE 4.3).
func storedArchive(_ entries: [(name: String, contents: [UInt8])]) -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  for (name, contents) in entries {
    let size = UInt32(contents.count)
    // Version, flags, method, time, date, checksum, both sizes, lengths of the name and of more.
    let fields =
      littleEndianBytes(UInt16(20)) + [UInt8](repeating: 0, count: 12) + littleEndianBytes(size)
      + littleEndianBytes(size) + littleEndianBytes(UInt16(name.utf8.count)) + [0, 0]
    directory += littleEndianBytes(UInt32(0x0201_4B50)) + [20, 0] + fields
    directory +=
      [UInt8](repeating: 0, count: 10) + littleEndianBytes(UInt32(file.count)) + name.utf8
    file += littleEndianBytes(UInt32(0x0403_4B50)) + fields + name.utf8 + contents
  }
  let count = littleEndianBytes(UInt16(entries.count))
  return file + directory + littleEndianBytes(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + count + count
    + littleEndianBytes(UInt32(directory.count)) + littleEndianBytes(UInt32(file.count)) + [0, 0]
}
