import Testing

@Suite("Damaged images")
struct CorruptFileTests {
  static let files = [
    "rgb.png", "rgba16.png", "interlaced.png", "palette-alpha.png", "profile.png",
    "orientation-6.png", "gray.jpg", "profile.jpg", "progressive.jpg", "orientation-6.jpg",
  ]

  @Test("Every truncation is corrupt", arguments: files)
  func truncation(of name: String) throws {
    let workspace = try Workspace()
    let bytes = try fixtureBytes(name)
    for length in 0..<bytes.count {
      let path = try workspace.write(bytes.prefix(length), to: "cut")
      let failure = #expect(throws: RuntimeFailure.self, "\(length) bytes") {
        try Photo(path: path)
      }
      #expect(failure?.status == 2, "\(length) bytes: \(failure?.message ?? "")")
    }
  }

  @Test("Flipped bits never crash, and PNG notices them", arguments: files)
  func flips(in name: String) throws {
    let workspace = try Workspace()
    let bytes = try fixtureBytes(name)
    for position in stride(from: 0, to: bytes.count, by: 3) {
      var damaged = bytes
      damaged[position] ^= 1 << UInt8(position % 8)
      let path = try workspace.write(damaged, to: "flipped")
      do throws(RuntimeFailure) {
        _ = try Photo(path: path)
        #expect(name.hasSuffix("jpg"), "byte \(position)")
      } catch {
        #expect([2, 3].contains(error.status), "byte \(position): \(error.message)")
        #expect(!error.message.contains("\n"))
      }
    }
  }

  @Test("Sizes beyond the limit are refused before memory is used")
  func bomb() throws {
    let workspace = try Workspace()
    // A valid header of 2147483647 x 2147483647 gray pixels; its checksum is part of the bytes.
    let header: [UInt8] = [
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52,
      0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 0, 0, 0, 0,
    ]
    let path = try workspace.write(
      header + checksum(header[12...]) + [
        0, 0, 0, 0, 0x49, 0x44, 0x41, 0x54, 0x35, 0xaf, 0x06, 0x1e,
      ],
      to: "bomb.png")
    let failure = #expect(throws: RuntimeFailure.self) { try Photo(path: path) }
    #expect(failure?.status == 3)
    #expect(failure?.message.contains("exceed the limit") == true)
  }

  /// The CRC-32 of a PNG chunk.
  private func checksum(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var crc: UInt32 = 0xffff_ffff
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    crc = ~crc
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: crc >> $0) }
  }
}
