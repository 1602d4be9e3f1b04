internal import Importers

/// The rules of models, for zip archives whose checksums do not stand in the way.
enum ArchiveRules {
  static func check(_ bytes: [UInt8]) throws -> FuzzTarget.Verdict {
    guard bytes.starts(with: [0x50, 0x4B]) else { return .otherFormat }
    let verdict = try ModelRules.check(
      withoutChecksums(bytes), [.torchZip, .torchScript, .torchExport])
    // What is wrong with an archive is found before its format is known.
    return verdict == .handled || bytes.count < 4096 ? .handled : .otherFormat
  }

  /// The archive with zeros for the checksums in its directory, as writers that know none leave them.
  private static func withoutChecksums(_ bytes: [UInt8]) -> [UInt8] {
    let (signature, offset): ([UInt8], Int) = ([0x50, 0x4B, 0x01, 0x02], 16)
    var result = bytes
    for index in bytes.indices.dropLast(offset + 3)
    where bytes[index] == signature[0] && bytes[index..<index + 4].elementsEqual(signature) {
      for byte in 0..<4 { result[index + offset + byte] = 0 }
    }
    return result
  }
}
