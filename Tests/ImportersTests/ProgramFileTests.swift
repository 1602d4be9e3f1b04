import Foundation
import GraphIR
import Importers
import Testing

/// TorchScript and torch.export archives from `Scripts/goldens/make_hostile_programs.py`.
@Suite struct ProgramFileTests {
  static let files = ExpectedFile.all(in: "programs")

  @Test func theFixturesAreThere() { ExpectedFile.expectFolder("programs", ofAtLeast: 100) }

  @Test(arguments: files.filter { $0.status == 0 })
  func isRead(_ file: ExpectedFile) throws {
    let model = try Model(path: Fixtures.path(file.fixture))
    let text = Printer(model.graph).text
    #expect(text.contains(file.phrase), "\(text)")
  }

  @Test(arguments: files.filter { $0.status != 0 })
  func isRefused(_ file: ExpectedFile) throws {
    let bytes = try Fixtures.bytes(file.fixture)
    try file.expectRefusal { () throws(ImportError) in _ = try Model(ModelFile(bytes: bytes)) }
  }

  /// What is sound but not supported names the way out.
  @Test(arguments: ["script-refused-unknown-op.pt", "export-refused-unknown-op.pt2"])
  func namesTheOperationAndTheWayOut(_ name: String) throws {
    let error = try #require(
      importError { () throws(ImportError) in
        _ = try Model(path: Fixtures.path("programs/" + name))
      })
    #expect(error.status == 3)
    #expect(error.description.contains("aten::linalg_inv"))
    #expect(error.description.contains("torch.onnx.export("))
  }

  /// The weights of a module that was optimized are in no file.
  @Test func namesTheWayOutOfOptimizedModules() throws {
    let error = try #require(
      importError { () throws(ImportError) in
        _ = try Model(path: Fixtures.path("programs/script-refused-mkldnn.pt"))
      })
    #expect(error.status == 3)
    #expect(error.description.contains("aten::to_mkldnn"))
    #expect(error.description.contains("; save the module before optimize_for_inference"))
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
