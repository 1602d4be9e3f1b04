import GraphIR
import Importers
import TestSupport
import Testing

struct FamilyTests {
  @Test(arguments: ReferenceCase.committed + ReferenceCase.shared)
  func `The family is recognised`(_ reference: ReferenceCase) throws {
    let model = try reference.model(ImportOptions())
    let family = try reference.description().family
    // Nothing in the file tells these two apart.
    let recognised = family == "prenet-lstm" ? "prenet" : family
    #expect(model.graph.attribute("family") == recognised)
    #expect(
      model.notes.contains { $0.contains("--family prenet-lstm") } == (recognised == "prenet"))
  }

  @Test(arguments: ReferenceCase.committed + ReferenceCase.shared)
  func `Everything is fused`(_ reference: ReferenceCase) throws {
    let graph = try reference.graph(from: .checkpoint).optimized()
    for node in graph.nodes {
      switch node.op {
      // The means that the squeeze of RESCAN's decoder starts from.
      case .fused, .windowMeans: break
      default: Issue.record("\(node.op.operation.mnemonic) was not fused")
      }
    }
  }

  @Test func `Every family has a committed reference`() throws {
    let families = try ReferenceCase.committed.map { try $0.description().family }
    #expect(Set(families) == Set(familyNames))
  }

  @Test(arguments: ["prn-c8-s2-3x5", "prenet-gru-c4-s3-13x21"])
  func `A family that does not fit is refused`(_ name: String) throws {
    let reference = try #require(ReferenceCase.committed.first { $0.testDescription == name })
    for family in familyNames where family != (try reference.description().family) {
      let error = #expect(throws: ImportError.self) {
        try reference.model(ImportOptions(family: family))
      }
      #expect(error?.fault == .model(.notOfFamily(family: family, reason: Self.reason)))
    }
  }

  @Test func `A frame is noted to have no effect`() throws {
    let reference = try #require(
      ReferenceCase.committed.first { $0.testDescription == "prn-c8-s2-3x5" })
    let notes = try reference.model(ImportOptions(frame: .add)).notes
    #expect(notes.contains { $0.contains("--frame add has no effect") })
  }

  private static let reason = "the names or shapes of its tensors differ"
}
