import GraphIR
import TestSupport
import Testing

/// What a graph keeps about its nodes follows every edit.
struct GraphEditingTests {
  private let type = TensorType(.float32, [2])

  /// More often than there is room between two numbers of the order.
  @Test func `Nodes stay in order however many are put before one`() throws {
    var graph = Graph(name: "g")
    let x = graph.addInput("x", type)
    let first = try graph.add(.pointwise(Pointwise(.relu)), [x])[0]
    let last = try graph.add(.pointwise(Pointwise(.tanh)), [x])[0]
    let ends = [first, last].compactMap { graph.producer(of: $0)?.id }
    var behind: [NodeID] = []
    var before: [NodeID] = []
    for _ in 0..<200 {
      // Each right before the last one, and each right before the one of the step before.
      let late = try graph.add(.pointwise(Pointwise(.relu)), [x], before: ends[1])[0]
      behind += [graph.producer(of: late)?.id].compactMap(\.self)
      let early = try graph.add(
        .pointwise(Pointwise(.relu)), [x], before: before.last ?? behind[0])[0]
      before += [graph.producer(of: early)?.id].compactMap(\.self)
    }
    let expected = [ends[0]] + before.reversed() + behind + [ends[1]]
    #expect(graph.nodes.map(\.id) == expected)
    #expect(graph.nodes(using: x) == expected)
  }

  @Test(arguments: 0..<8) func `Users are those of the nodes after any edits`(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var graph = Graph(name: "g")
    var values = [graph.addInput("x", type)]
    for _ in 0..<400 {
      let nodes = graph.nodes
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        if let node = nodes.randomElement(using: &random) {
          let old = node.result
          let earlier = values.filter { $0 < old }
          graph.replaceUses(of: old, with: earlier.randomElement(using: &random) ?? values[0])
        }
      case 1:
        if let node = nodes.randomElement(using: &random) {
          let value = values.filter { $0 < node.result }.randomElement(using: &random) ?? values[0]
          graph.setOperands([value, node.operands[1]], of: node.id)
        }
      case 2:
        let idle = nodes.filter { graph.isUnused($0.result) }.randomElement(using: &random)
        if let idle {
          graph.remove([idle.id])
          values.removeAll { $0 == idle.result }
        }
      default:
        let operands = (0..<2).map { _ in values.randomElement(using: &random) ?? values[0] }
        values += try graph.add(.pointwise(Pointwise(.add)), operands)
      }
      for value in values {
        let users = graph.nodes.filter { $0.operands.contains(value) }.map(\.id)
        #expect(graph.nodes(using: value) == users)
        #expect(graph.isUnused(value) == users.isEmpty)
      }
    }
    let kept = try #require(values.last)
    graph.addOutput("y", kept)
    var needed: Set<ValueID> = [kept]
    for node in graph.nodes.reversed() where needed.contains(node.result) {
      needed.formUnion(node.operands)
    }
    let live = graph.nodes.filter { needed.contains($0.result) }.map(\.id)
    try PassRunner().run([EliminateDeadCode()], on: &graph)
    #expect(graph.nodes.map(\.id) == live)
  }
}
