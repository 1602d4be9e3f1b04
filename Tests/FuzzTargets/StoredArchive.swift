/// A zip archive of entries that are stored as they are, without checksums (APPNOTE 4.3).
func storedArchive(_ entries: [(name: String, contents: [UInt8])]) -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  for (name, contents) in entries {
    let size = UInt32(contents.count)
    // Version, flags, method, time, date, checksum, both sizes, lengths of the name and of more.
    let fields =
      littleEndian(UInt16(20)) + [UInt8](repeating: 0, count: 12) + littleEndian(size)
      + littleEndian(size) + littleEndian(UInt16(name.utf8.count)) + [0, 0]
    directory += littleEndian(UInt32(0x0201_4B50)) + [20, 0] + fields
    directory += [UInt8](repeating: 0, count: 10) + littleEndian(UInt32(file.count)) + name.utf8
    file += littleEndian(UInt32(0x0403_4B50)) + fields + name.utf8 + contents
  }
  let count = littleEndian(UInt16(entries.count))
  return file + directory + littleEndian(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + count + count
    + littleEndian(UInt32(directory.count)) + littleEndian(UInt32(file.count)) + [0, 0]
}
