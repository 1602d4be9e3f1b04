import Foundation
import Importers
import Testing

/// ONNX models that must be refused, from `Scripts/goldens/make_hostile_onnx.py`.
@Suite struct HostileOnnxTests {
  @Test func theFixturesAreThere() { ExpectedFile.expectFolder("hostile-onnx", ofAtLeast: 200) }

  @Test(arguments: ExpectedFile.all(in: "hostile-onnx"))
  func isRefused(_ file: ExpectedFile) throws {
    try file.expectRefusal { () throws(ImportError) in
      _ = try Model(path: Fixtures.path(file.fixture))
    }
  }

  /// A link out of the model's folder is no way to read what lies there.
  @Test func linksDoNotLeadOut() throws {
    try withTemporaryFolder { folder in
      let (inside, outside) = ("\(folder)/inside", "\(folder)/outside")
      for path in [inside, outside] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      }
      try writeFile(path: "\(outside)/weights", [UInt8](repeating: 0, count: 16))
      try writeFile(path: "\(inside)/model.onnx", externalModel())
      try writeFile(path: "\(inside)/data", [UInt8](repeating: 0, count: 16))
      _ = try Model(path: "\(inside)/model.onnx")
      try FileManager.default.removeItem(atPath: "\(inside)/data")
      try FileManager.default.createSymbolicLink(
        atPath: "\(inside)/data", withDestinationPath: "../outside/weights")
      let error = importError { () throws(ImportError) in
        _ = try Model(path: "\(inside)/model.onnx")
      }
      #expect(error?.status == 2)
      #expect(error?.description.contains("outside of the model's folder") == true)
    }
  }

  /// A model whose elements are in the file `data`: one of the corpus, with a sound length.
  private func externalModel() throws -> [UInt8] {
    let bytes = try Fixtures.bytes("hostile-onnx/external-length-99999999999999999999.onnx")
    let wrong = Array("99999999999999999999".utf8)
    let right = Array("00000000000000000004".utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: wrong) })
    return Array(bytes[..<start] + right + bytes[(start + wrong.count)...])
  }

  /// A tensor repeated no times is sound, and not supported.
  @Test func aTensorWithoutElementsIsNotDamage() throws {
    let bytes = try Fixtures.bytes("hostile-onnx/tile-of-4611686018427387904_1_1_1.onnx")
    // The last byte of the first number of repeats, and the second number.
    let repeats: [UInt8] = [0x40, 1, 0, 0, 0, 0, 0, 0, 0]
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: repeats) })
    var sound = bytes
    sound[start] = 0
    let error = importError { () throws(ImportError) in _ = try Model(ModelFile(bytes: sound)) }
    #expect(error?.status == 3)
    #expect(error?.description.contains("a tensor without elements") == true)
  }

  /// Damage gives a graph or an error, never a trap.
  @Test(arguments: ["length-one-more.onnx", "conv-channels.onnx", "gather-of-99.onnx"])
  func survivesDamage(_ name: String) throws {
    let bytes = try Fixtures.bytes("hostile-onnx/" + name)
    var random = SplitMix64(state: 7)
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: damaged.indices, using: &random)
        damaged[index] = UInt8.random(in: 0...255, using: &random)
      }
      let error = importError { () throws(ImportError) in _ = try Model(ModelFile(bytes: damaged)) }
      if let error { #expect([2, 3].contains(error.status), "\(error)") }
    }
  }
}
