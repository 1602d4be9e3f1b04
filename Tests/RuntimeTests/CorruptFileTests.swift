import Foundation
import RuntimeTestProgram
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

  /// A file that must be refused, from `Scripts/goldens/make_hostile_images.py`.
  struct Hostile: Decodable, Sendable {
    let status: Int32
    let phrase: String

    static let all: [String: Hostile] = {
      let data = try? Data(contentsOf: URL(filePath: fixture("hostile/expected.json")))
      return data.flatMap { try? JSONDecoder().decode([String: Hostile].self, from: $0) } ?? [:]
    }()
  }

  @Test("Hostile files are there")
  func hostileFiles() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: fixture("hostile"))
    #expect(Set(names) == Set(Hostile.all.keys).union(["expected.json"]))
    #expect(names.filter { $0.hasSuffix(".png") }.count >= 60)
    #expect(names.filter { $0.hasSuffix(".jpg") }.count >= 60)
    #expect(names.filter { $0.hasSuffix(".y4m") }.count >= 20)
  }

  @Test("Hostile files are refused", arguments: Hostile.all.keys.sorted())
  func hostile(name: String) throws {
    let expected = try #require(Hostile.all[name])
    let workspace = try Workspace()
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY,
      [fixture("hostile/" + name), workspace.path(name.hasSuffix(".y4m") ? "out.y4m" : "out.png")])
    #expect(outcome.status == expected.status, "\(outcome.errors)")
    let hasPhrase = expected.phrase.isEmpty || outcome.errors.contains(expected.phrase)
    #expect(hasPhrase, "\(outcome.errors)")
    #expect(outcome.errors.filter { $0 == "\n" }.count == (expected.status == 0 ? 0 : 1))
    #expect(try workspace.contents().isEmpty == (expected.status != 0))
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
