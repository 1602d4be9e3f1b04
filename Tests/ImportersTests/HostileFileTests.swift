import Foundation
import Importers
import Testing

/// A file that must be refused, from one of `Scripts/goldens/make_hostile*.py`.
struct HostileFile: Sendable, CustomTestStringConvertible {
  let name: String
  let status: Int32
  let phrase: String

  var testDescription: String { name }

  static let all = read("hostile")
  static let archives = read("hostile-archives")
  static let graphs = read("hostile-graphs")

  private static func read(_ folder: String) -> [HostileFile] {
    struct Entry: Decodable {
      let status: Int32
      let phrase: String
    }
    let url = URL(filePath: Fixtures.path(folder + "/expected.json"))
    guard let data = try? Data(contentsOf: url),
      let entries = try? JSONDecoder().decode([String: Entry].self, from: data)
    else { return [] }
    return entries.sorted { $0.key < $1.key }.map {
      HostileFile(
        name: folder + "/" + $0.key, status: $0.value.status, phrase: $0.value.phrase)
    }
  }
}

@Suite struct HostileFileTests {
  @Test func theFixturesAreThere() {
    #expect(HostileFile.all.count >= 150)
    #expect(HostileFile.archives.count >= 80)
    #expect(HostileFile.graphs.count >= 100)
    for (folder, files) in [
      ("hostile", HostileFile.all), ("hostile-archives", HostileFile.archives),
      ("hostile-graphs", HostileFile.graphs),
    ] {
      #expect(
        Set(files.map(\.name) + [folder + "/expected.json"])
          == Set(Fixtures.names(ending: "", in: folder).map { folder + "/" + $0 }))
    }
  }

  @Test(arguments: HostileFile.all + HostileFile.archives + HostileFile.graphs)
  func isRefused(_ file: HostileFile) throws {
    let bytes = try Fixtures.bytes(file.name)
    var found: ImportError?
    let time = ContinuousClock().measure {
      found = importError { () throws(ImportError) in
        if file.name.hasSuffix(".npy") {
          _ = try numPyArray(bytes)
        } else if file.name.hasSuffix(".graph") {
          _ = try Model(ModelFile(bytes: bytes))
        } else {
          _ = try ModelFile(bytes: bytes).stateDict()
        }
      }
    }
    let error = try #require(found, "the file was accepted")
    #expect(error.status == file.status, "\(error)")
    #expect(error.description.contains(file.phrase), "\(error)")
    #expect(error.description.allSatisfy { !$0.isNewline && $0 != "\u{1B}" }, "\(error)")
    #expect(error.description.utf8.count < 1000)
    #expect(time < .seconds(5))
  }
}

@Suite struct DamagedFileTests {
  static let files = [
    "types-legacy.pth", "types-legacy-protocol4.pth", "types-zip.pth", "types-zip-protocol4.pth",
    "views-deflated.pth", "module-legacy.pth", "nested-legacy.pth",
    "types-zip.expected.safetensors", "array-f4-fortran.npy", "unconverted.pth",
    "archives/script-attributes.pt", "archives/exported-views.pt2",
  ]

  /// A file cut anywhere gives an error or, where only trailing parts are lost, its tensors.
  @Test(arguments: files)
  func survivesEveryTruncation(_ name: String) throws {
    let bytes = try Fixtures.bytes(name)
    for count in stride(from: 0, to: bytes.count, by: 1) {
      let error = read(Array(bytes[..<count]), name)
      #expect(error != nil && error?.status != 1, "cut to \(count) bytes")
    }
  }

  /// Damage gives tensors or an error, never a trap.
  @Test(arguments: files)
  func survivesDamage(_ name: String) throws {
    let bytes = try Fixtures.bytes(name)
    var random = SplitMix64(state: 7)
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: damaged.indices, using: &random)
        damaged[index] =
          Bool.random(using: &random)
          ? random.interestingByte()
          : UInt8.random(
            in: 0...255, using: &random)
      }
      if let error = read(damaged, name) { #expect([2, 3].contains(error.status), "\(error)") }
    }
  }

  private func read(_ bytes: [UInt8], _ name: String) -> ImportError? {
    importError { () throws(ImportError) in
      if name.hasSuffix(".npy") {
        _ = try numPyArray(bytes)
      } else {
        _ = try ModelFile(bytes: bytes).stateDict()
      }
    }
  }
}

/// A small generator with a fixed seed (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// Bytes at the edges of ranges, and opcodes that move a lot.
  mutating func interestingByte() -> UInt8 {
    let bytes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF] + Array("(.}]tRbQjhqrXsuae)c".utf8)
    return bytes[Int(next() % UInt64(bytes.count))]
  }
}
