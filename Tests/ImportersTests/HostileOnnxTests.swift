import Foundation
import Importers
import Testing

/// An ONNX model that must be refused, from `Scripts/goldens/make_hostile_onnx.py`.
struct HostileModel: Sendable, CustomTestStringConvertible {
  let name: String
  let status: Int32
  let phrase: String

  var testDescription: String { name }

  static let all: [HostileModel] = {
    struct Entry: Decodable {
      let status: Int32
      let phrase: String
    }
    let url = URL(filePath: Fixtures.path("hostile-onnx/expected.json"))
    guard let data = try? Data(contentsOf: url),
      let entries = try? JSONDecoder().decode([String: Entry].self, from: data)
    else { return [] }
    return entries.sorted { $0.key < $1.key }.map {
      HostileModel(name: $0.key, status: $0.value.status, phrase: $0.value.phrase)
    }
  }()
}

@Suite struct HostileOnnxTests {
  @Test func theFixturesAreThere() {
    #expect(HostileModel.all.count >= 200)
    #expect(
      Set(HostileModel.all.map(\.name) + ["expected.json"])
        == Set(Fixtures.names(ending: "", in: "hostile-onnx")))
  }

  @Test(arguments: HostileModel.all)
  func isRefused(_ file: HostileModel) throws {
    var found: ImportError?
    let time = ContinuousClock().measure {
      found = importError { () throws(ImportError) in
        _ = try Model(path: Fixtures.path("hostile-onnx/" + file.name))
      }
    }
    let error = try #require(found, "the file was accepted")
    #expect(error.status == file.status, "\(error)")
    #expect(error.description.contains(file.phrase), "\(error)")
    #expect(error.description.allSatisfy { !$0.isNewline && $0 != "\u{1B}" }, "\(error)")
    #expect(error.description.utf8.count < 1000)
    #expect(time < .seconds(5))
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
