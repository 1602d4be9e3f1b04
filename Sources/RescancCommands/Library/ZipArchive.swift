/// A zip file of up to 4 GiB, not compressed and without times.
///
/// Equal members give equal files.
struct ZipArchive {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// Adds a member that everybody may read.
  ///
  /// - Returns: False where the file would become too large for the format's 32-bit sizes.
  mutating func add(_ name: String, _ contents: [UInt8], isExecutable: Bool = false) -> Bool {
    guard bytes.count + contents.count + 1024 < UInt32.max, count < UInt16.max else { return false }
    var entry: [UInt8] = []
    // Version 2.0, names in UTF-8, stored; the first day that the format knows.
    entry.append(number: 20, bytes: 2)
    entry.append(number: 0x800, bytes: 2)
    entry.append(number: 0, bytes: 4)
    entry.append(number: 0x21, bytes: 2)
    entry.append(number: Int(crc32(contents)), bytes: 4)
    entry.append(number: contents.count, bytes: 4)
    entry.append(number: contents.count, bytes: 4)
    entry.append(number: name.utf8.count, bytes: 2)
    entry.append(number: 0, bytes: 2)
    addToDirectory(name, entry, mode: isExecutable ? 0o100755 : 0o100644)
    bytes += [0x50, 0x4B, 3, 4] + entry + Array(name.utf8) + contents
    return true
  }

  private mutating func addToDirectory(_ name: String, _ entry: [UInt8], mode: Int) {
    // Made by version 2.0 on Unix, whose permissions are in the upper half of the attributes.
    directory += [0x50, 0x4B, 1, 2, 20, 3] + entry
    directory.append(number: 0, bytes: 6)
    directory.append(number: mode << 16, bytes: 4)
    directory.append(number: bytes.count, bytes: 4)
    directory += Array(name.utf8)
    count += 1
  }

  /// The whole file.
  var file: [UInt8] {
    var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    end.append(number: count, bytes: 2)
    end.append(number: count, bytes: 2)
    end.append(number: directory.count, bytes: 4)
    end.append(number: bytes.count, bytes: 4)
    end.append(number: 0, bytes: 2)
    return bytes + directory + end
  }
}

/// The checksum of zip files, by the polynomial of IEEE 802.3.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
  let table = (0..<256).map { shift(UInt32($0), by: 8) }
  var sum = ~UInt32(0)
  for byte in bytes {
    let index = Int(UInt8(truncatingIfNeeded: sum) ^ byte)
    sum = (sum >> 8) ^ table[index]
  }
  return ~sum
}

/// Divides by the polynomial, bit by bit.
private func shift(_ sum: UInt32, by bits: Int) -> UInt32 {
  var sum = sum
  for _ in 0..<bits { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
  return sum
}

extension [UInt8] {
  /// Appends the low bytes of a number, the lowest first.
  fileprivate mutating func append(number: Int, bytes: Int) {
    for index in 0..<bytes { append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
  }
}
