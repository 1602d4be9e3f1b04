import GraphIR
import Interpreter
import TestSupport
import Testing

/// Whole networks are too long to record; what must hold of them is counted.
struct NetworkTests {
  @Test(arguments: RescanNetwork.Unit.allCases, [false, true])
  func `Everything on the pixels is fused`(_ unit: RescanNetwork.Unit, addsRain: Bool) throws {
    var network = RescanNetwork(unit, addsRain: addsRain)
    var graph = try network.graph()
    try PassRunner().run(Pipeline.optimization, on: &graph)
    let windowMeans = graph.nodes.count { !$0.isFused }
    // The decoder's squeeze starts before its convolution is computed.
    #expect(windowMeans == 3)
    let onPixels = graph.nodes.count { $0.results.contains { !graph.type(of: $0).isPerChannel } }
    // A layer is one node, a GRU that has a state two; a decoder is two.
    let layers = unit == .gru ? 3 + 2 * 6 : 3 * 3
    #expect(onPixels == layers + 3 * 2)
    // Two for every squeeze: three layers and the decoder, three stages; the decoder's mean is
    // another one.
    #expect(graph.nodes.count - onPixels - windowMeans == (2 * 4 + 1) * 3)
  }

  @Test(arguments: RescanNetwork.Unit.allCases)
  func `Numbers stay the same`(_ unit: RescanNetwork.Unit) throws {
    var network = RescanNetwork(unit, addsRain: true)
    let original = fillingWeights(of: try network.graph(), seed: 3)
    var graph = original
    try PassRunner(context: PassContext(evaluate: constantEvaluator()))
      .run(Pipeline.optimization, on: &graph)
    let sizes = ["N": 2, "H": 11, "W": 13]
    #expect(try disagreement(between: original, and: graph, sizes: sizes) == nil)
  }

  @Test func `Stages share the weights that passes derive`() throws {
    func weights(stages: Int) throws -> [String] {
      var network = RescanNetwork(.gru, stages: stages)
      var graph = try network.graph()
      try PassRunner().run(Pipeline.optimization, on: &graph)
      return graph.weightNames
    }
    #expect(try Set(weights(stages: 2)) == Set(weights(stages: 5)))
  }

  @Test func `The default network keeps where its operations come from`() throws {
    var network = RescanNetwork(.gru)
    var graph = try network.graph()
    try PassRunner().run(Pipeline.optimization, on: &graph)
    #expect(graph.nodes.allSatisfy { $0.provenance.stage != nil && $0.provenance.layer != nil })
    #expect(graph.nodes.allSatisfy { $0.provenance.passes.first == "form-fused" })
  }

  @Test func `Two runs give the same text`() throws {
    var texts: Set<String> = []
    for _ in 0..<3 {
      var network = RescanNetwork(.lstm)
      var graph = try network.graph()
      try PassRunner().run(Pipeline.optimization, on: &graph)
      texts.insert(Printer(graph).text)
      try PassRunner().run(Pipeline.optimization, on: &graph)
      texts.insert(Printer(graph).text)
    }
    #expect(texts.count == 1)
  }
}

extension Node {
  fileprivate var isFused: Bool { if case .fused = op { true } else { false } }
}
