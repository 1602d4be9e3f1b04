import Codegen
import Foundation
import GraphIR
import Importers
import RescancCommands
import TestSupport
import Testing

/// `compare` on a small network with known results.
struct CompareTests {
  private static let reference = "\(repositoryFolder)/Tests/ReferenceTests/Fixtures/\(name)"
  private static let name = "gru-full-se-c8-d5-s2-40x33"

  private func compare(_ folder: String, _ options: String...) -> CommandRun {
    CommandRun(
      ["compare", smallCheckpoint, "--stages", "2", "--reference", folder, "--cpu", "x86-64-v2"]
        + options)
  }

  /// Runs a test with a copy of the known results in which some files are replaced.
  private func withReference(
    replacing files: [String: (Tensor) -> Tensor], adding others: [String: Tensor] = [:],
    _ body: (String) throws -> Void
  ) throws {
    try withTemporaryFolder { (folder) throws in
      for name in names(in: Self.reference) where name.hasSuffix(".npy") {
        let bytes = try readFile(path: "\(Self.reference)/\(name)")
        let changed = try files[name].map { try numPyFile($0(numPyArray(bytes))) } ?? bytes
        try writeFile(path: "\(folder)/\(name)", changed)
      }
      for (name, tensor) in others.sorted(by: { $0.key < $1.key }) {
        try writeFile(path: "\(folder)/\(name)", numPyFile(tensor))
      }
      try body(folder)
    }
  }

  @Test func everythingAgrees() throws {
    let run = compare(Self.reference)
    #expect(run.status == 0, "\(run.errors)")
    let rows = run.output.split(separator: "\n").dropFirst()
    #expect(rows.count == 4 && rows.allSatisfy { $0.contains(" agrees ") })
  }

  @Test func anotherFrame() throws {
    let run = compare(Self.reference, "--frame", "add")
    #expect(run.status == 1)
    #expect(try #require(run.failure).contains("first in rain_2 (stage 2, layer frame)"))
    #expect(run.output.contains("%127 = add %126, %44"))
  }

  @Test func anOutputThatWasAltered() throws {
    let index = 2 * 40 * 33 + 7 * 33 + 5
    let alter = { (tensor: Tensor) -> Tensor in
      var elements = tensor.elements
      elements[index] = 0.5
      return Tensor(shape: tensor.shape, elements: elements)
    }
    try withReference(replacing: ["rain_1.npy": alter]) { (folder) throws in
      let run = compare(folder)
      #expect(run.status == 1)
      let failure = try #require(run.failure)
      #expect(failure.contains("interpreter, imported differs from reference, first in rain_1"))
      #expect(failure.contains("dec.3, stage 1, layer dec"))
      #expect(run.output.contains("[0, 2, 7, 5]"))
      #expect(run.output.contains("conv2d"))
      #expect(run.output.contains("1 of 3960 numbers"))
      #expect(compare(folder, "--tolerance", "1").status == 0)
    }
  }

  @Test func anInnerValueComesBeforeWhatItLeadsTo() throws {
    let zeros = { (tensor: Tensor) -> Tensor in
      Tensor(shape: tensor.shape, elements: tensor.elements.map { _ in 0 })
    }
    let inner = Tensor(shape: [1, 8, 40, 33], elements: [Float](repeating: 0, count: 8 * 40 * 33))
    try withReference(replacing: ["derained.npy": zeros], adding: ["dec.0-2.npy": inner]) {
      (folder) throws in
      let run = compare(folder)
      #expect(run.status == 1)
      #expect(try #require(run.failure).contains("first in dec.0-2 (dec.0, stage 2, layer dec)"))
    }
  }

  @Test func asJSON() throws {
    let other = Tensor(shape: [1, 3, 2, 2], elements: [Float](repeating: 0, count: 12))
    try withReference(replacing: ["derained.npy": { _ in other }]) { (folder) throws in
      let run = compare(folder, "--json")
      #expect(run.status == 1)
      let document = try #require(
        JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      #expect(document["agrees"] as? Bool == false)
      let comparisons = try #require(document["comparisons"] as? [[String: Any]])
      #expect(
        comparisons.map { $0["verdict"] as? String } == ["differs"]
          + Array(repeating: "agrees", count: 3))
      let first = try #require(comparisons[0]["first"] as? [String: Any])
      #expect(first["name"] as? String == "derained")
      #expect(first["largest_error"] as? String == "inf")
    }
  }

  /// Such an input decides what the graph is.
  @Test func aShapeIsAnInput() throws {
    try withTemporaryFolder { (folder) throws in
      try writeFile(path: "\(folder)/x.onnx", reshape)
      let elements = (0..<24).map { Float($0) }
      func write(_ name: String, _ tensor: Tensor, as type: ElementType = .float32) throws {
        try writeFile(path: "\(folder)/\(name).npy", numPyFile(tensor, as: type))
      }
      try write("x", Tensor(shape: [1, 2, 3, 4], elements: elements))
      try write("y", Tensor(shape: [4, 6], elements: elements))
      try write("s", Tensor(shape: [2], elements: [4, 6]), as: .int64)
      let run = CommandRun("compare", "\(folder)/x.onnx", "--reference", folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.isEmpty)
      #expect(run.output.contains("reference               interpreter, imported   agrees"))
    }
  }

  /// An ONNX model that reshapes `x`, 24 floats, to the shape `s`, an input of two integers.
  private var reshape: [UInt8] {
    func data(_ field: UInt8, _ parts: [UInt8]...) -> [UInt8] {
      let bytes = parts.flatMap { $0 }
      precondition(bytes.count < 1 << 14)
      return [field << 3 | 2, UInt8(bytes.count & 127) | 128, UInt8(bytes.count >> 7)] + bytes
    }
    func text(_ field: UInt8, _ text: String) -> [UInt8] { data(field, Array(text.utf8)) }
    func number(_ field: UInt8, _ number: UInt8) -> [UInt8] { [field << 3, number] }
    func port(_ field: UInt8, _ name: String, _ type: UInt8, _ shape: [UInt8]) -> [UInt8] {
      let extents = shape.flatMap { data(1, number(1, $0)) }
      return data(field, text(1, name), data(2, data(1, number(1, type), data(2, extents))))
    }
    let node = data(1, text(1, "x"), text(1, "s"), text(2, "y"), text(4, "Reshape"))
    let ports =
      port(11, "x", 1, [1, 2, 3, 4]) + port(11, "s", 7, [2]) + port(12, "y", 1, [4, 6])
    return number(1, 8) + data(7, node, text(2, "g"), ports) + data(8, number(2, 17))
  }

  @Test func filesThatDoNotFit() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(try #require(compare("\(folder)/none").failure).contains("no folder"))
      #expect(try #require(compare(folder).failure).contains("image.npy is missing"))
      let small = Tensor(shape: [1, 1, 5, 5], elements: [Float](repeating: 0, count: 25))
      try writeFile(path: "\(folder)/image.npy", numPyFile(small))
      let run = compare(folder)
      #expect(run.status == 2)
      #expect(try #require(run.failure).hasPrefix("\(folder): "))
    }
  }
}

/// How `Comparer` finds where computations part.
struct ComparerTests {
  private let graph: Graph
  private let inputs: [Tensor]

  init() throws {
    graph = try Model(path: smallCheckpoint, ImportOptions(stages: 2)).graph
    inputs = [.random([1, 3, 9, 11], seed: 3)]
  }

  /// Machine code of a graph in which a weight was changed.
  private func miscompiled(_ graph: Graph, _ inputs: [Tensor], weight: String) throws -> [Tensor] {
    var graph = graph
    if let value = graph.weight(named: weight), let tensor = graph.tensor(of: value) {
      let elements = tensor.elements.map { $0 + 0.01 }
      graph.setTensor(Tensor(shape: tensor.shape, elements: elements), ofWeight: weight)
    }
    return try runNatively(graph, inputs, for: .named(cpu: "x86-64-v2"), threads: 1)
  }

  @Test(arguments: [("dec.0.weight", "dec.0"), ("rnns.1.se.fc.2.bias", "rnns.1.se.fc.2")])
  func wrongMachineCode(weight: String, source: String) throws {
    let comparer = Comparer(tolerance: 2e-5, threads: 1) { graph, inputs in
      try miscompiled(graph, inputs, weight: weight)
    }
    let report = try comparer.compare(graph, inputs, [])
    let wrong = try #require(report.difference)
    #expect(wrong.expected == "interpreter, imported" && wrong.got == "native, imported")
    let place = try #require(wrong.difference?.provenance)
    #expect(place.source == source && place.stage == 1)
  }

  /// A pass that changes what a graph computes.
  private struct BrightenDecoder: GraphPass {
    let name = "brighten-decoder"

    func run(on graph: inout Graph, _ context: PassContext) throws(GraphError) -> Bool {
      graph.setTensor(Tensor(shape: [3], elements: [1, 1, 1]), ofWeight: "dec.3.bias")
      return true
    }
  }

  @Test func wrongPass() throws {
    let passes: [any Pass] = [EliminateDeadCode(), BrightenDecoder(), FoldConstants()]
    let comparer = Comparer(tolerance: 2e-5, threads: 1, passes: passes) { graph, inputs in
      try runNatively(graph, inputs, for: .named(cpu: "x86-64-v2"), threads: 1)
    }
    let report = try comparer.compare(graph, inputs, [])
    let wrong = try #require(report.difference)
    #expect(wrong.got == "interpreter, optimized")
    #expect(wrong.difference?.pass == "brighten-decoder")
    #expect(report.comparisons.map(\.verdict) == [.differs, .agrees, .agrees])
  }

  @Test func whatCannotRunIsSaid() throws {
    struct Refusal: Error {}
    let comparer = Comparer(tolerance: 2e-5, threads: 1) { _, _ in throw Refusal() }
    let report = try comparer.compare(graph, inputs, [])
    #expect(report.comparisons.map(\.verdict) == [.agrees, .notDone, .notDone])
  }

  @Test func numbers() {
    let tolerance: Float = 2e-5
    let expected = Tensor(shape: [2, 2], elements: [100, .nan, 1, .infinity])
    let close = TensorDifference(
      expected: expected,
      got: Tensor(shape: [2, 2], elements: [100.001, .nan, 1.0015, .infinity]),
      tolerance: tolerance)
    #expect(close.agrees && close.limit == 100 * tolerance)
    let far = TensorDifference(
      expected: expected, got: Tensor(shape: [2, 2], elements: [100, 0, 1.1, .infinity]),
      tolerance: tolerance)
    #expect(far.wrong == 2 && far.first?.index == [0, 1] && far.largestError == .infinity)
  }
}
