internal import GraphIR
internal import Importers
internal import OrderedCollections

/// A model file is refused with a status and one line, or gives tensors and a sound graph.
enum ModelRules {
  /// - Parameter runs: Whether its graph must compute the same when it is optimized.
  static func check(_ bytes: [UInt8], _ formats: Set<Format>, runs: Bool = false) throws
    -> FuzzTarget.Verdict
  {
    guard let file = try read({ () throws(ImportError) in try ModelFile(bytes: bytes) }) else {
      return .otherFormat
    }
    guard formats.contains(file.format) else { return .otherFormat }
    if file.format.holdsTensors { try checkTensors(file) }
    if let model = try read({ () throws(ImportError) in try Model(file) }) {
      try GraphRules.check(model.graph)
      try checkConversion(model.graph)
      try OptimizationRules.check(model.graph, runs: runs)
    }
    return .handled
  }

  /// What `body` gives, or nil where it refuses as it should.
  static func read<Result>(_ body: () throws(ImportError) -> Result) throws -> Result? {
    do throws(ImportError) { return try body() } catch {
      try checkRefusal(error)
      return nil
    }
  }

  private static func checkRefusal(_ error: ImportError) throws {
    let line = error.description
    guard [2, 3].contains(error.status) else { throw BrokenRule("status \(error.status): \(line)") }
    guard line.allSatisfy({ !$0.isNewline && $0 != "\u{1B}" }), line.utf8.count < 1000 else {
      throw BrokenRule("a message is one short line: \(line)")
    }
  }

  /// The list of tensors agrees with the tensors, and these can be written and read again.
  private static func checkTensors(_ file: ModelFile) throws {
    let listing = try read { () throws(ImportError) in try file.listing() }
    guard let state = try read({ () throws(ImportError) in try file.stateDict() }) else { return }
    let names = Set(state.tensors.keys).union(state.unconverted.map(\.name))
    guard let listing, Set(listing.tensors.map(\.name)) == names else {
      throw BrokenRule("tensors are listed as they are read")
    }
    for (name, tensor) in state.tensors {
      guard tensor.shape.reduce(1, *) == tensor.elements.count else {
        throw BrokenRule("\(name) has the elements of its shape")
      }
    }
    try checkRoundTrip(state)
  }

  private static func checkRoundTrip(_ state: StateDict) throws {
    // The name that safetensors keeps for itself cannot be written.
    if state.tensors["__metadata__"] != nil { return }
    let again: StateDict
    do throws(ImportError) {
      again = try ModelFile(bytes: safeTensorsFile(state.tensors)).stateDict()
    } catch {
      throw BrokenRule("tensors that were read can be written: \(error)")
    }
    let pairs = zip(again.tensors, state.tensors)
    guard again.tensors.count == state.tensors.count,
      pairs.allSatisfy({ $0.key == $1.key && $0.value.isIdentical(to: $1.value) })
    else { throw BrokenRule("tensors that are written are read again") }
  }

  /// A converted model is the same model.
  private static func checkConversion(_ graph: Graph) throws {
    guard let file = try read({ () throws(ImportError) in try graph.converted() }) else { return }
    let model = try read { () throws(ImportError) in try Model(ModelFile(bytes: file)) }
    guard let model, Printer(model.graph).text == Printer(graph).text else {
      throw BrokenRule("a converted model is the same model")
    }
  }
}

extension Tensor {
  /// Whether shapes and bits are the same.
  fileprivate func isIdentical(to other: Tensor) -> Bool {
    shape == other.shape
      && elements.elementsEqual(other.elements) { $0.bitPattern == $1.bitPattern }
  }
}
