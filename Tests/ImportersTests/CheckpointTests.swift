import GraphIR
import Importers
import OrderedCollections
import Testing

@Suite struct CheckpointTests {
  /// Every checkpoint with an expectation gives the tensors that PyTorch sees, bit for bit.
  @Test(arguments: Fixtures.names(ending: ".expected.safetensors"))
  func readsWhatPyTorchWrote(_ name: String) throws {
    let expected = try readStateDict(path: Fixtures.path(name + ".expected.safetensors"))
    let found = try readStateDict(path: Fixtures.path(name + ".pth"))
    #expect(Array(found.tensors.keys) == Array(expected.tensors.keys))
    #expect(found.unconverted.isEmpty)
    for (key, tensor) in expected.tensors {
      #expect(found.tensors[key]?.shape == tensor.shape, "\(key)")
      #expect(
        found.tensors[key]?.elements.map(\.bitPattern) == tensor.elements.map(\.bitPattern),
        "\(key)")
    }
  }

  @Test func theFixturesAreThere() {
    #expect(Fixtures.names(ending: ".expected.safetensors").count >= 20)
  }

  @Test func keepsTheStoredTypes() throws {
    let state = try readStateDict(path: Fixtures.path("types-legacy.pth"))
    let types = ["f32", "f64", "f16", "bf16", "i64", "i32", "i16", "i8", "u8"]
    for type in types { #expect(state.tensors[type]?.sourceType.rawValue == type) }
    #expect(state.tensors["flag"]?.sourceType == .bool)
    #expect(state.tensors["scalar"]?.shape == [])
  }

  @Test(arguments: ["types-legacy.pth", "types-zip.pth", "nested-zip.pth", "views-legacy.pth"])
  func listsWithoutReading(_ name: String) throws {
    let file = try ModelFile(path: Fixtures.path(name))
    let listing = try file.listing()
    let state = try file.stateDict()
    #expect(listing.tensors.map(\.name) == Array(state.tensors.keys))
    #expect(listing.tensors.map(\.shape) == state.tensors.values.map(\.shape))
    #expect(listing.tensors.map(\.elementType) == state.tensors.values.map(\.sourceType.rawValue))
  }

  @Test func listsWhatCannotBeConverted() throws {
    let state = try readStateDict(path: Fixtures.path("unconverted.pth"))
    #expect(Array(state.tensors.keys) == ["w", "u"])
    #expect(state.tensors["u"]?.sourceType == .uint16)
    #expect(state.unconverted.map(\.elementType) == ["c64"])
    #expect(state.unconverted.map(\.shape) == [[2]])
  }

  @Test func saysWhereTheWeightsWere() throws {
    let prefixed = try readStateDict(path: Fixtures.path("prefixed-inside-zip.pth"))
    #expect(prefixed.notes.contains { $0.contains("'net'") })
    #expect(prefixed.notes.contains { $0.contains("module.") })
    let deep = try readStateDict(path: Fixtures.path("deep.pth"))
    #expect(deep.notes.contains { $0.contains("'model', 'state_dict'") })
    let module = try readStateDict(path: Fixtures.path("module-zip.pth"))
    #expect(module.notes.contains { $0.contains("whole module") })
  }

  @Test(arguments: [
    ("refused-big-endian.pth", "big-endian"), ("refused-two.pth", "'a', 'b'"),
    ("refused-no-weights.pth", "not a state dict"), ("refused-tensor.pth", "a tensor"),
    ("refused-sparse.pth", "_rebuild_sparse_tensor"),
  ])
  func refusesWhatItDoesNotSupport(_ name: String, _ phrase: String) throws {
    let error = try #require(
      importError { () throws(ImportError) in _ = try readStateDict(path: Fixtures.path(name)) })
    #expect(error.status == 3)
    #expect(error.description.contains(phrase), "\(error)")
    #expect(error.description.contains("; "), "no remedy in: \(error)")
  }

  @Test func namesTheTensorOfATruncatedFile() throws {
    let bytes = try Fixtures.bytes("prefixed-legacy.pth")
    let error = try #require(
      importError { () throws(ImportError) in
        _ = try ModelFile(bytes: Array(bytes.dropLast(5))).stateDict()
      })
    #expect(error.status == 2)
    #expect(error.place.tensor != nil)
    #expect(error.place.offset != nil)
  }
}

@Suite(.enabled(if: !Fixtures.sharedCheckpoints.isEmpty, "there is no ../shared/cases"))
struct SharedCheckpointTests {
  @Test(arguments: Fixtures.sharedCheckpoints)
  func readsPublishedCheckpoints(_ path: String) throws {
    let state = try readStateDict(path: path)
    #expect(state.tensors.count >= 8)
    #expect(state.unconverted.isEmpty)
    for (name, tensor) in state.tensors {
      #expect(!tensor.elements.isEmpty && tensor.elements.allSatisfy(\.isFinite), "\(name)")
      #expect(!name.hasPrefix("module."))
    }
  }

  /// Reading must not be what a user waits for: 1.8 MB, most of it an optimizer's.
  @Test func readsQuickly() throws {
    let path = try #require(Fixtures.sharedCheckpoints.first { $0.contains("rescan-rainheavy") })
    let clock = ContinuousClock()
    let times = try (0..<5).map { _ in try clock.measure { _ = try readStateDict(path: path) } }
    let best = try #require(times.min())
    print("rescan-rainheavy read in \(best)")
    #expect(best < .milliseconds(100))
    #expect(try readStateDict(path: path).tensors.count == 88)
  }
}
