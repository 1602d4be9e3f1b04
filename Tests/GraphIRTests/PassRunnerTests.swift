import GraphIR
import TestSupport
import Testing

/// Leaves a use of a node that it removed.
private struct Breaking: GraphPass {
  let name = "breaking"
  func run(on graph: inout Graph, _ context: PassContext) throws(GraphError) -> Bool {
    graph.remove(Set(graph.nodes.prefix(1).map(\.id)))
    return true
  }
}

/// Replaces every function by the same one, for ever.
private struct Endless: RewritePass {
  let name = "endless"
  func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    let same = try graph.add(node.op, node.operands, before: node.id)[0]
    graph.replaceUses(of: node.result, with: same)
    return true
  }
}

/// Adds a node that its type rule refuses.
private struct Refused: RewritePass {
  let name = "refused"
  func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    _ = try graph.add(.pointwise(Pointwise(.add)), node.operands)
    return true
  }
}

struct PassRunnerTests {
  private let text = "graph @g(%x: f32[2]) { %a = relu %x %b = tanh %a return b: %b }"

  /// One body of all would fit no registers and take for ever to make.
  @Test func `A long chain becomes several bodies`() throws {
    let count = 600
    let chain = (1...count).map { "%v\($0) = tanh %v\($0 - 1)" }.joined(separator: "\n")
    let graph = try Parser.parse(
      "graph @g(%v0: f32[1, 4, H, W]) { \(chain) return y: %v\(count) }"
    ).optimized()
    let sizes = graph.nodes.map { node in
      if case .fused(let fused) = node.op { fused.body.instructions.count } else { 1 }
    }
    #expect(sizes.count < 8 && sizes.reduce(0, +) == count)
    #expect(sizes.allSatisfy { $0 <= 256 })
  }

  @Test func `A pass that breaks the graph is named`() throws {
    #expect(
      try failure(of: Breaking())
        == "pass breaking: broke the graph: %b = tanh %?1: uses %?1 before its definition"
        .replacing("%?1", with: "%\"?1\""))
  }

  @Test func `A pass that does not end is named with its node`() throws {
    #expect(try failure(of: Endless())?.hasSuffix("pass endless: does not come to an end") == true)
  }

  @Test func `A pass whose edit is refused is named`() throws {
    #expect(
      try failure(of: Refused())
        == "pass refused: made an edit that is refused: add takes 2 operands, not 1")
  }

  @Test func `Reports tell what changed`() throws {
    var graph = try Parser.parse("graph @g(%x: f32[2]) { %a = relu %x %b = tanh %x return b: %b }")
    let reports = try PassRunner().run([EliminateDeadCode(), CommuteScale()], on: &graph)
    #expect(reports.map(\.pass) == ["dead-code", "commute-scale"])
    #expect(reports.map(\.changed) == [true, false])
    #expect(reports.map(\.nodesBefore) == [2, 1] && reports.map(\.nodesAfter) == [1, 1])
  }

  @Test func `A graph that is broken already is nobody's fault`() throws {
    var graph = Graph(name: "g")
    #expect(throws: GraphError(.structure("the graph has no output"), at: "@g")) {
      try PassRunner().run([EliminateDeadCode()], on: &graph)
    }
  }

  @Test func `Passes have names of their own, and the pipeline uses no other`() {
    let names = Pipeline.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Pipeline.optimization.allSatisfy { names.contains($0.name) })
    #expect(Pipeline.pass(named: "cse") is EliminateCommonSubexpressions)
    #expect(Pipeline.pass(named: "unknown") == nil)
  }

  private func failure(of pass: any Pass) throws -> String? {
    var graph = try Parser.parse(text)
    return #expect(throws: GraphError.self) { try PassRunner().run([pass], on: &graph) }?
      .description
  }
}
