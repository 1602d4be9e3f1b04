import GraphIR
import Importers
import OrderedCollections
import Testing

/// A file of `Fixtures/archives`, from `Scripts/goldens/make_archives.py`.
private enum Archives {
  /// Those with the tensors that must be found beside them, by name without the suffix.
  static let readable = Fixtures.names(ending: ".expected.safetensors", in: "archives")

  /// The path of an archive or checkpoint, whatever its suffix.
  static func path(_ name: String) throws -> String {
    let file = try #require(
      ["pt", "pt2", "pth"].map { "\(name).\($0)" }.first {
        Fixtures.names(ending: "", in: "archives").contains($0)
      })
    return Fixtures.path("archives/" + file)
  }

  static func expected(_ name: String) throws -> StateDict {
    try readStateDict(path: Fixtures.path("archives/\(name).expected.safetensors"))
  }
}

/// TorchScript and torch.export archives, and checkpoints as training frameworks lay them out.
@Suite struct ArchiveTests {
  @Test func theFixturesAreThere() { #expect(Archives.readable.count >= 18) }

  @Test(arguments: Archives.readable)
  func findsTheTensorsThatPyTorchHas(_ name: String) throws {
    let expected = try Archives.expected(name)
    let found = try readStateDict(path: Archives.path(name))
    #expect(found.tensors.keys.sorted() == expected.tensors.keys.sorted())
    for (key, tensor) in expected.tensors {
      #expect(found.tensors[key]?.shape == tensor.shape, "\(key)")
      #expect(
        found.tensors[key]?.elements.map(\.bitPattern) == tensor.elements.map(\.bitPattern),
        "\(key)")
    }
  }

  @Test(arguments: [
    ("traced-rescan", "rescan"), ("damaged-code", "rescan"), ("exported-prn-r", "prn-r"),
  ])
  func recognisesTheFamily(_ name: String, _ family: String) throws {
    let options = ImportOptions(stages: 2)
    let model = try Model(path: Archives.path(name), options)
    let reference = try Model(
      path: Fixtures.path("archives/\(name).expected.safetensors"), options)
    #expect(model.graph.attribute("family") == family)
    #expect(Printer(model.graph).text == Printer(reference.graph).text)
    #expect(model.notes.contains { $0.contains("is not read") })
  }

  /// A network that was saved while it trained changes its counters; ONNX is the way out.
  @Test func namesTheWayOutOfAnUnknownNetwork() throws {
    let error = importError { () throws(ImportError) in
      _ = try Model(path: Fixtures.path("archives/unknown-network.pt"))
    }
    #expect(error?.status == 3)
    #expect(error?.description.contains("torch.onnx.export(") == true)
  }

  /// What is frozen has constants for weights, which its program names.
  @Test func readsTheProgramOfAFrozenNetwork() throws {
    let model = try Model(path: Fixtures.path("archives/refused-frozen.pt"))
    #expect(Printer(model.graph).text.contains("conv2d"))
    #expect(model.notes.contains { $0.contains("does not tell the shapes") })
  }

  @Test(arguments: [
    ("refused-frozen.pt", 3, "torch.jit.freeze"), ("refused-version.pt2", 3, "archive_version '7'"),
    ("refused-before-2.8.pt2", 3, "before 2.8"), ("refused-clash.pth", 2, "'net.w'"),
  ])
  func refusesByName(_ name: String, _ status: Int32, _ phrase: String) throws {
    let error = try #require(
      importError { () throws(ImportError) in
        _ = try readStateDict(path: Fixtures.path("archives/" + name))
      })
    #expect(error.status == status)
    #expect(error.description.contains(phrase), "\(error)")
  }

  @Test(arguments: [
    ("lightning", "prefix 'model.'; 'loss_fn', 'train_metric' are left out"),
    ("lightning-compiled", "the part '_orig_mod.' of names"),
    ("mmcv", "'discriminator', 'step_counter' are left out"),
    ("mmcv-averaged", "prefix 'generator_ema.'"), ("averaged", "'n_averaged' are left out"),
    ("ema-module", "'ema', 'module'"), ("ema-state-dict", "'state_dict_ema'"),
    ("ema-shadow", "'ema', 'shadow'"), ("ema-online", "prefix 'ema_model.'"),
    ("twice-prefixed", "prefix 'model.' of every name"),
  ])
  func saysWhatWasTaken(_ name: String, _ phrase: String) throws {
    let notes = try readStateDict(path: Archives.path(name)).notes
    #expect(notes.contains { $0.contains(phrase) }, "\(notes)")
  }

  @Test func listsAnExportWithoutReading() throws {
    let file = try ModelFile(path: Archives.path("exported-views"))
    let (listing, state) = (try file.listing(), try file.stateDict())
    #expect(listing.tensors.map(\.name) == Array(state.tensors.keys))
    #expect(listing.tensors.map(\.shape) == state.tensors.values.map(\.shape))
    #expect(listing.tensors.map(\.elementType) == state.tensors.values.map(\.sourceType.rawValue))
  }
}
