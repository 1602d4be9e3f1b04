import FuzzTargets
import GraphIR
import Interpreter
import NativeTestSupport
import TestSupport
import Testing

/// Graphs as fuzzing makes them for the passes, compiled.
struct RandomGraphTests {
  @Test func `Compiled and interpreted outputs agree`() throws {
    let target = try #require(FuzzTarget(named: "passes"))
    var random = SplitMix64(seed: 1)
    var nodes = 0
    for seed in UInt64(0)..<64 {
      let choices = (0..<192).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let text = String(decoding: target.file(choices), as: UTF8.self)
      let graph = fillingWeights(of: try Parser.parse(text), seed: seed)
      if try expectAgreement(graph, inputs: randomInputs(for: graph, seed: seed)) {
        nodes += graph.nodes.count
      }
    }
    #expect(nodes > 128, "nothing to compile")
  }

  /// - Returns: Whether the graph was run; one that the sizes of its inputs do not fit is passed
  ///   over.
  private func expectAgreement(_ graph: Graph, inputs: [String: Tensor]) throws -> Bool {
    guard let expected = try? Interpreter().run(graph, inputs: inputs) else { return false }
    let compiled = try CompiledGraph(try graph.optimized())
    let one = try compiled.run(inputs, threads: 1)
    let two = try compiled.run(inputs, threads: 2)
    let text = Printer(graph).text
    #expect(firstMismatch(expected: expected, got: one, .rough) == nil, "\(text)")
    for ((name, a), (_, b)) in zip(one, two) {
      #expect(mismatch(name, expected: a, got: b, .exact) == nil, "\(text)")
    }
    return true
  }
}
