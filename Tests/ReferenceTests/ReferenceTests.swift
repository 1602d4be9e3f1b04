import GraphIR
import Interpreter
import NativeTestSupport
import TestSupport
import Testing

struct ReferenceTests {
  /// What computes the outputs.
  enum Backend: CaseIterable {
    case interpreter
    case native
  }

  /// The form of the graph that is computed.
  enum Form: CaseIterable {
    case imported
    case optimized
  }

  /// One way from a checkpoint to outputs.
  struct Way: CustomTestStringConvertible {
    var backend: Backend
    var form: Form

    var testDescription: String { "\(form) graph, \(backend)" }

    static let all = Form.allCases.flatMap { form in
      Backend.allCases.map { Way(backend: $0, form: form) }
    }

    /// Without compiling what nobody compiles, which takes long for large networks.
    static let usual = all.filter { $0.backend == .interpreter || $0.form == .optimized }
  }

  /// All that is usual, and of some networks the code of the graph before optimization.
  private static let small =
    turns(of: ReferenceCase.committed, with: Way.usual, oneIn: 1)
    + turns(
      of: ReferenceCase.committed, with: [Way(backend: .native, form: .imported)], oneIn: 3)

  /// Another test checks that a converted file gives the graph of its checkpoint.
  @Test(arguments: small)
  func `A small network gives the reference's outputs`(
    _ reference: ReferenceCase, _ way: Way
  ) throws {
    try expectReference(reference, way)
  }

  @Test(
    .enabled(
      if: !ReferenceCase.shared.isEmpty,
      "there are no cases in ../shared or in the folder RESCANC_SHARED"),
    arguments: ReferenceCase.shared, Way.usual)
  func `A published network gives the reference's outputs`(
    _ reference: ReferenceCase, _ way: Way
  ) throws {
    try expectReference(reference, way)
  }

  @Test(
    arguments: turns(of: ReferenceCase.committed, with: ForcedSchedules.algorithms, oneIn: 8))
  func `Every schedule of a small network gives the reference's outputs`(
    _ reference: ReferenceCase, _ schedules: ForcedSchedules
  ) throws {
    try expectReference(reference, schedules)
  }

  /// Two kinds of networks and schedules by turns.
  private static let published = ForcedSchedules.algorithms.enumerated().flatMap {
    number, schedules in
    let name = number.isMultiple(of: 2) ? "rescan-rainlight" : "prenet-rain100h"
    return ReferenceCase.shared.filter { $0.testDescription == name }.map { ($0, schedules) }
  }

  @Test(
    .enabled(
      if: !ReferenceCase.shared.isEmpty,
      "there are no cases in ../shared or in the folder RESCANC_SHARED"),
    arguments: published)
  func `Every schedule of a published network gives the reference's outputs`(
    _ reference: ReferenceCase, _ schedules: ForcedSchedules
  ) throws {
    try expectReference(reference, schedules)
  }

  private func expectReference(
    _ reference: ReferenceCase, _ schedules: ForcedSchedules
  ) throws {
    let graph = try reference.graph(from: .checkpoint).optimized()
    let compiled = try CompiledGraph(graph, policy: schedules.policy)
    let inputs = ["image": try reference.array("input")]
    let alone = try compiled.run(inputs, threads: 1)
    for (name, tensor) in alone {
      let expected = try reference.array(name)
      #expect(mismatch(name, expected: expected, got: tensor, .reordered) == nil)
    }
    for threads in [2, 3] {
      for (one, other) in zip(alone, try compiled.run(inputs, threads: threads)) {
        #expect(mismatch(one.name, expected: one.tensor, got: other.tensor, .exact) == nil)
      }
    }
  }

  @Test(arguments: ReferenceCase.committed + ReferenceCase.shared)
  func `A converted file gives the graph of its checkpoint`(_ reference: ReferenceCase) throws {
    let graph = try reference.graph(from: .checkpoint)
    let converted = try reference.graph(from: .converted)
    #expect(Printer(converted).text == Printer(graph).text)
    for name in graph.weightNames {
      let weights = [graph, converted].map { graph in
        graph.weight(named: name).flatMap { graph.tensor(of: $0)?.elements }
      }
      #expect(weights[0] != nil && weights[0] == weights[1], "@\(name)")
    }
  }

  @Test func `There are committed references`() {
    #expect(ReferenceCase.committed.count >= 18)
  }

  private func expectReference(_ reference: ReferenceCase, _ way: Way) throws {
    let imported = try reference.graph(from: .checkpoint)
    let graph = way.form == .imported ? imported : try imported.optimized()
    let outputs = try run(graph, try reference.array("input"), way.backend)
    #expect(outputs.map(\.name) == (try reference.description().outputs))
    for (name, tensor) in outputs {
      let expected = try reference.array(name)
      #expect(mismatch(name, expected: expected, got: tensor, .reordered) == nil)
    }
  }

  private func run(_ graph: Graph, _ image: Tensor, _ backend: Backend) throws
    -> [(name: String, tensor: Tensor)]
  {
    let inputs = ["image": image]
    switch backend {
    case .interpreter: return try Interpreter().run(graph, inputs: inputs).entries
    case .native: return try CompiledGraph(graph).run(inputs)
    }
  }
}
