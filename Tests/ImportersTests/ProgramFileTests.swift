import Foundation
import GraphIR
import Importers
import Testing

/// A TorchScript or torch.export archive from `Scripts/goldens/make_hostile_programs.py`.
struct ProgramFile: Sendable, CustomTestStringConvertible {
  let name: String
  let status: Int32
  /// A part of the message or, of a sound program, of the graph's text.
  let phrase: String

  var testDescription: String { name }

  static let all: [ProgramFile] = {
    struct Entry: Decodable {
      let status: Int32
      let phrase: String
    }
    let url = URL(filePath: Fixtures.path("programs/expected.json"))
    guard let data = try? Data(contentsOf: url),
      let entries = try? JSONDecoder().decode([String: Entry].self, from: data)
    else { return [] }
    return entries.sorted { $0.key < $1.key }.map {
      ProgramFile(name: $0.key, status: $0.value.status, phrase: $0.value.phrase)
    }
  }()
}

@Suite struct ProgramFileTests {
  @Test func theFixturesAreThere() {
    #expect(ProgramFile.all.count >= 100)
    #expect(
      Set(ProgramFile.all.map(\.name) + ["expected.json"])
        == Set(Fixtures.names(ending: "", in: "programs")))
  }

  @Test(arguments: ProgramFile.all.filter { $0.status == 0 })
  func isRead(_ file: ProgramFile) throws {
    let model = try Model(path: Fixtures.path("programs/" + file.name))
    let text = Printer(model.graph).text
    #expect(text.contains(file.phrase), "\(text)")
  }

  @Test(arguments: ProgramFile.all.filter { $0.status != 0 })
  func isRefused(_ file: ProgramFile) throws {
    let bytes = try Fixtures.bytes("programs/" + file.name)
    var found: ImportError?
    let time = ContinuousClock().measure {
      found = importError { () throws(ImportError) in _ = try Model(ModelFile(bytes: bytes)) }
    }
    let error = try #require(found, "the file was accepted")
    #expect(error.status == file.status, "\(error)")
    #expect(error.description.contains(file.phrase), "\(error)")
    #expect(error.description.allSatisfy { !$0.isNewline && $0 != "\u{1B}" }, "\(error)")
    #expect(error.description.utf8.count < 1000)
    #expect(time < .seconds(5))
  }

  /// What is sound but not supported names the way out.
  @Test(arguments: ["script-refused-unknown-op.pt", "export-refused-unknown-op.pt2"])
  func namesTheOperationAndTheWayOut(_ name: String) throws {
    let error = try #require(
      importError { () throws(ImportError) in
        _ = try Model(path: Fixtures.path("programs/" + name))
      })
    #expect(error.status == 3)
    #expect(error.description.contains("aten::fft_fft2"))
    #expect(error.description.contains("torch.onnx.export("))
  }

  /// A program cut anywhere, or with other bytes in it, gives an error or a graph.
  @Test(arguments: ["script-accepted-halves.pt", "export-accepted-multiple.pt2"])
  func survivesDamage(_ name: String) throws {
    let bytes = try Fixtures.bytes("programs/" + name)
    for place in stride(from: 0, to: bytes.count, by: 3) {
      var damaged = bytes
      damaged[place] = UInt8((place * 31 + 7) & 0xFF)
      for version in [Array(bytes[..<place]), damaged] {
        if let error = importError({ () throws(ImportError) in
          _ = try Model(ModelFile(bytes: version))
        }) {
          #expect(error.status == 2 || error.status == 3)
        }
      }
    }
  }
}
