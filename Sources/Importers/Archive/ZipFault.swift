/// What can be wrong with a zip archive.
package enum ZipFault: Hashable, Sendable {
  case noDirectory
  case badSignature(what: String)
  /// A count, size or position contradicts another one.
  case inconsistent(what: String)
  case duplicateEntry(name: String)
  case overlappingEntries(first: String, second: String)
  case unsafeName(name: String)
  case encrypted
  case compressionMethod(Int)
  case severalDisks
  case checksum(expected: UInt32, found: UInt32)
  case badCompression
  case missingEntry(name: String)

  package var explanation: Explanation {
    switch self {
    case .noDirectory: return .corrupt("the zip archive has no directory; it may be cut short")
    case .badSignature(let what): return .corrupt("there is no zip \(what) where one should be")
    case .inconsistent(let what): return .corrupt("the zip archive contradicts itself: \(what)")
    case .duplicateEntry(let name):
      return .corrupt("two zip entries are named \(quoted(name))")
    case .overlappingEntries(let first, let second):
      return .corrupt("the zip entries \(quoted(first)) and \(quoted(second)) overlap")
    case .unsafeName(let name):
      return .corrupt("the zip entry name \(quoted(name)) leads out of the archive")
    case .encrypted: return .unsupported("the zip archive is encrypted")
    case .compressionMethod(let method):
      return .unsupported("the zip compression method \(method) is not supported")
    case .severalDisks: return .unsupported("the zip archive is split over several files")
    case .checksum(let expected, let found):
      let (expected, found) = (hexadecimal(expected), hexadecimal(found))
      return .corrupt("the CRC-32 is \(found), expected \(expected)")
    case .badCompression: return .corrupt("the deflated data is broken")
    case .missingEntry(let name):
      return .corrupt("the archive has no entry \(quoted(name))")
    }
  }
}

private func hexadecimal(_ value: UInt32) -> String {
  "0x" + String(value, radix: 16)
}
