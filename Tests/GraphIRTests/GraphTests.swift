import GraphIR
import Testing

struct GraphTests {
  private let image = TensorType(.float32, ["N", 2, "H", "W"])

  @Test func `Uses know nodes and outputs`() throws {
    let graph = try Parser.parse(
      """
      graph @g(%x: f32[2]) {
        %0 = mul %x, %x
        %1 = tanh %0
        %2 = relu %0
        return y: %1, z: %2
      }
      """)
    let nodes = graph.nodes
    #expect(graph.nodes(using: graph.inputs[0]) == [nodes[0].id])
    #expect(graph.nodes(using: nodes[0].result) == [nodes[1].id, nodes[2].id])
    #expect(graph.onlyUser(of: graph.inputs[0], is: nodes[0].id))
    #expect(graph.isOutput(nodes[1].result) && !graph.isUnused(nodes[1].result))
    #expect(!graph.onlyUser(of: nodes[0].result, is: nodes[1].id))
  }

  @Test func `A replacement reaches nodes and outputs and takes the name`() throws {
    var graph = try Parser.parse(
      "graph @g(%x: f32[2]) { %a = relu %x %b = tanh %a return a: %a, b: %b }")
    let node = graph.nodes[0]
    let new = try graph.add(.pointwise(Pointwise(.sigmoid)), node.operands, before: node.id)[0]
    graph.replaceUses(of: node.result, with: new)
    graph.remove([node.id])
    try graph.verify()
    #expect(
      graph.nodes.map { Printer(graph).header(of: $0) } == ["%a = sigmoid %x", "%b = tanh %a"])
    #expect(graph.outputs[0].value == new)
  }

  @Test func `A scalar does not take the number of a weight of its name`() {
    var graph = Graph(name: "g")
    let imposter = graph.addWeight("c1.0", TensorType(.float32, [3]), nil)
    let one = graph.addScalar(1)
    #expect(one != imposter && graph.scalar(of: one) == 1)
    #expect(graph.addScalar(1) == one)
    #expect(graph.weightNames == ["c1.0", "c1.0.2"])
  }

  @Test func `Provenance of merged operations is what they share`() {
    let z = Provenance(source: "rnns.0.conv_xz", stage: 2, layer: "rnns.0", passes: ["a"])
    let r = Provenance(source: "rnns.0.conv_xr", stage: 3, layer: "rnns.0", passes: ["b", "a"])
    #expect(
      z.merged(with: r, by: "m")
        == Provenance(source: "rnns.0", layer: "rnns.0", passes: ["a", "b", "m"]))
    #expect(z.through("a") == z)
  }

  @Test func `The verifier refuses outputs that do not exist`() throws {
    var graph = Graph(name: "g")
    let x = graph.addInput("x", image)
    #expect(brokenRule(of: graph) == "@g: the graph has no output")
    let y = try graph.add(.pointwise(Pointwise(.relu)), [x])[0]
    graph.addOutput("y", y)
    graph.addOutput("y", x)
    #expect(brokenRule(of: graph) == "output y: is defined twice")
    graph.setOutputs([GraphOutput(name: "y", value: y)])
    graph.remove(Set(graph.nodes.map(\.id)))
    #expect(brokenRule(of: graph) == "output y: is never computed")
  }

  @Test func `The verifier refuses use before definition and stale elements`() throws {
    var graph = try Parser.parse("graph @g(%x: f32[2]) { %a = relu %x %b = tanh %a return b: %b }")
    let (a, b) = (graph.nodes[0], graph.nodes[1])
    let late = try graph.add(.pointwise(Pointwise(.sigmoid)), [b.result], before: a.id)[0]
    #expect(brokenRule(of: graph) == "%0 = sigmoid %b: uses %b before its definition")
    graph.remove(Set(graph.producer(of: late).map { [$0.id] } ?? []))
    graph.addOutput("w", graph.addWeight("w", TensorType(.float32, [2]), nil))
    graph.setTensor(Tensor(scalar: 1), ofWeight: "w")
    #expect(brokenRule(of: graph) == "@w: elements of another shape than the type")
  }

  private func brokenRule(of graph: Graph) -> String? {
    do throws(GraphError) { try graph.verify() } catch { return error.description }
    return nil
  }
}

struct PointwiseProgramTests {
  @Test func `Equal instructions are one, dead ones go`() {
    var program = PointwiseProgram(yields: [])
    let a = program.append(.init(.tanh, [.accumulator(0)]))
    let dead = program.append(.init(.relu, [a]))
    let b = program.append(.init(.sigmoid, [a]))
    #expect(program.append(.init(.tanh, [.accumulator(0)])) == a)
    #expect(dead != b)
    program.yields = [.init(b, isMean: true)]
    let live = program.withoutDeadInstructions()
    #expect(live.instructions.map(\.function) == [.tanh, .sigmoid])
    #expect(live.yields == [.init(.instruction(1), isMean: true)])
    #expect(live.instructions[1].arguments == [.instruction(0)])
  }
}
