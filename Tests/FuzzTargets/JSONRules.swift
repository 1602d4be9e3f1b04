internal import Importers

/// The rules of models, for a safetensors file whose header the bytes are.
enum JSONRules {
  static func check(_ bytes: [UInt8]) throws -> FuzzTarget.Verdict {
    let header = text(of: bytes)
    let length = littleEndianBytes(UInt64(header.count))
    guard header.first == UInt8(ascii: "{") else { return .otherFormat }
    return try ModelRules.check(
      length + header + [UInt8](repeating: 0, count: 64), [.safeTensors])
  }

  /// The header where the bytes are a safetensors file, so that those are samples of headers too.
  private static func text(of bytes: [UInt8]) -> ArraySlice<UInt8> {
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { return bytes[...] }
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    return bytes.dropFirst(8).prefix(Int(clamping: length))
  }
}
