import GraphIR
import Interpreter
import TestSupport
import Testing

struct RandomGraphTests {
  private let runner = PassRunner(context: PassContext(evaluate: constantEvaluator()))

  @Test(arguments: UInt64(0)..<200)
  func `The pipeline keeps what a graph computes`(seed: UInt64) throws {
    var random = RandomGraph(seed: seed)
    let original = fillingWeights(of: try random.graph(), seed: seed)
    var graph = original
    try runner.run(Pipeline.optimization, on: &graph)
    let sizes = ["N": 2, "H": 5, "W": 6]
    #expect(try disagreement(between: original, and: graph, sizes: sizes) == nil)
    #expect(try Parser.parse(Printer(graph).text).nodes.map(\.op) == graph.nodes.map(\.op))
  }

  @Test(arguments: UInt64(0)..<50)
  func `Every pass alone keeps what a graph computes`(seed: UInt64) throws {
    var random = RandomGraph(seed: seed)
    let original = fillingWeights(of: try random.graph(), seed: seed)
    var fused = original
    try runner.run([FormFused()], on: &fused)
    for pass in Pipeline.all {
      for start in [original, fused] {
        var graph = start
        try runner.run([pass], on: &graph)
        #expect(try disagreement(between: original, and: graph) == nil, "\(pass.name)")
        let text = Printer(graph).text
        try runner.run([pass], on: &graph)
        #expect(Printer(graph).text == text, "\(pass.name) is not done after one run")
      }
    }
  }
}
