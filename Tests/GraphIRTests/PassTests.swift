import GraphIR
import Interpreter
import TestSupport
import Testing

struct PassTests {
  /// What every pass promises, on every fixture: a valid graph with the same inputs and outputs,
  /// the recorded text, nothing left to do, and the same numbers.
  @Test(arguments: PassFixture.all)
  func `A fixture becomes what was recorded`(_ fixture: PassFixture) throws {
    let original = try Parser.parse(try fixture.source())
    let passes = try fixture.passes()
    var graph = original
    try runner.run(passes, on: &graph)
    try expectSameInterface(original, graph)
    try fixture.check(Printer(graph).text)
    try expectNothingLeft(passes, graph)
    try expectSameNumbers(original, passes)
  }

  private var runner: PassRunner {
    PassRunner(context: PassContext(evaluate: constantEvaluator()))
  }

  private func expectSameInterface(_ original: Graph, _ graph: Graph) throws {
    #expect(graph.inputs.map { graph[$0].name } == original.inputs.map { original[$0].name })
    #expect(graph.inputs.map(graph.type(of:)) == original.inputs.map(original.type(of:)))
    #expect(graph.outputs.map(\.name) == original.outputs.map(\.name))
    #expect(
      graph.outputs.map { graph.type(of: $0.value) }
        == original.outputs.map { original.type(of: $0.value) })
  }

  private func expectNothingLeft(_ passes: [any Pass], _ graph: Graph) throws {
    var again = graph
    try runner.run(passes, on: &again)
    #expect(Printer(again).text == Printer(graph).text, "a second run changes the graph")
  }

  private func expectSameNumbers(_ original: Graph, _ passes: [any Pass]) throws {
    let filled = fillingWeights(of: original, seed: 7)
    var graph = filled
    try runner.run(passes, on: &graph)
    let sizes = ["N": 2, "H": 7, "W": 9]
    #expect(try disagreement(between: filled, and: graph, sizes: sizes) == nil)
  }
}
