import Foundation
import Importers
import Testing

/// Files that must be refused: containers, arrays and texts.
@Suite struct HostileFileTests {
  static let folders = ["hostile", "hostile-archives", "hostile-graphs"]

  @Test func theFixturesAreThere() {
    for (folder, count) in zip(Self.folders, [200, 80, 100]) {
      ExpectedFile.expectFolder(folder, ofAtLeast: count)
    }
  }

  @Test(arguments: folders.flatMap(ExpectedFile.all))
  func isRefused(_ file: ExpectedFile) throws {
    let bytes = try Fixtures.bytes(file.fixture)
    try file.expectRefusal { () throws(ImportError) in
      if file.name.hasSuffix(".npy") {
        _ = try numPyArray(bytes)
      } else if file.name.hasSuffix(".graph") {
        _ = try Model(ModelFile(bytes: bytes))
      } else {
        _ = try ModelFile(bytes: bytes).stateDict()
      }
    }
  }
}

@Suite struct DamagedFileTests {
  static let files = [
    "types-legacy.pth", "types-legacy-protocol4.pth", "types-zip.pth", "types-zip-protocol4.pth",
    "views-deflated.pth", "module-legacy.pth", "nested-legacy.pth", "beside-legacy.pth",
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
