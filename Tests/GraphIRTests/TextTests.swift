import Foundation
import GraphIR
import Testing

/// A text that is not a graph, and the error that tells where.
struct BadText: Sendable, CustomTestStringConvertible {
  let text: String
  let error: String
  var testDescription: String { error }

  init(_ error: String, _ text: String) {
    self.text = text
    self.error = error
  }

  /// A graph with one statement, which begins in the second line.
  init(_ error: String, statement: String) {
    self.init(
      error,
      """
      graph @g(%x: f32[N, 4, H, W], %v: f32[N, 3]) {
        \(statement)
        return x: %x
      }
      weight @w : f32[4, 4, 3, 3]
      weight @k : f32[4, 2, 1, 1]
      weight @b : f32[4]
      weight @i : i64[4]
      """)
  }

  static let all: [BadText] = [
    BadText("1:1: expected graph", "grph @g() { return y: %x }"),
    BadText("1:7: expected @name", "graph g() { return y: %x }"),
    BadText("1:7: expected @name", "graph ä() { return y: %x }"),
    BadText(
      "1:42: attribute a is given twice", "graph @g(%x: f32[1]) attributes {a: \"1\", a: \"2\"} {"),
    BadText("2:1: expected }", "graph @g(%x: f32[1]) { return y: %x\n"),
    BadText("1:39: unexpected text behind the graph", "graph @g(%x: f32[1]) { return y: %x } more"),
    BadText("1:8: a string does not end", "graph @\"ab\n"),
    BadText("output y: is defined twice", "graph @g(%x: f32[1]) { return y: %x, y: %x }"),
    BadText("1:22: %x is defined twice", "graph @g(%x: f32[1], %x: f32[1]) { return y: %x }"),
    BadText(
      "3:8: weight @w is defined twice",
      "graph @g(%x: f32[1]) { return y: %x }\nweight @w : f32[1]\nweight @w : f32[1]"),
    BadText(
      "2:8: 2 elements do not fill f32[3]",
      "graph @g(%x: f32[1]) { return y: %x }\nweight @w : f32[3] = [1, 2]"),
    BadText(
      "2:8: a weight has fixed extents", "graph @g(%x: f32[1]) { return y: %x }\nweight @w : f32[N]"
    ),
    BadText("1:14: unknown type f31", "graph @g(%x: f31[1]) { return y: %x }"),
    BadText("1:18: an extent is not negative", "graph @g(%x: f32[-1]) { return y: %x }"),
    BadText("2:8: unknown operation frobnicate", statement: "%y = frobnicate %x"),
    BadText("2:13: %z is not defined", statement: "%y = relu %z"),
    BadText("2:13: @z is not defined", statement: "%y = relu @z"),
    BadText("2:8: relu takes 1 operands, not 2", statement: "%y = relu %x, %x"),
    BadText("2:12: the operation has 1 results", statement: "%y, %z = relu %x"),
    BadText(
      "2:18: the type is f32[N, 4, H, W], not f32[N, 4, H, H]",
      statement: "%y = relu %x : f32[N, 4, H, H]"),
    BadText("2:8: unknown attribute slope", statement: "%y = relu %x {slope: 0.1}"),
    BadText("2:8: attribute axis must be an integer", statement: "%y = concat %x"),
    BadText(
      "2:8: attribute pad must be a list of 4 integers",
      statement: "%y = conv2d %x, @w {pad: [1, 1]}"),
    BadText("2:8: axis 4 does not exist in f32[N, 4, H, W]", statement: "%y = concat %x {axis: 4}"),
    BadText(
      "2:8: slice 2 ..< 5 is empty or outside of 4 elements",
      statement: "%y = slice %x {axis: 1, start: 2, end: 5}"),
    BadText(
      "2:8: extents H and N of axis 2 cannot be broadcast",
      statement: "%y = add %x, %v"),
    BadText("2:8: add works on f32, not i64[4]", statement: "%y = add %x, @i"),
    BadText("2:8: the bias is i64[4], not f32[4]", statement: "%y = conv2d %x, @w, @i"),
    BadText(
      "2:8: the input has 4 channels, the weight f32[4, 2, 1, 1] wants 2",
      statement: "%y = conv2d %x, @k"),
    BadText(
      "2:8: 0 groups do not divide 4 output channels", statement: "%y = conv2d %x, @w {groups: 0}"),
    BadText(
      "2:8: padding, stride or dilation is out of range",
      statement: "%y = conv2d %x, @w {stride: [0, 1]}"),
    BadText(
      "2:8: the kernel reaches too far", statement: "%y = conv2d %x, @w {dilation: [1048576, 1]}"),
    BadText("2:8: global_avg_pool takes one f32[N, C, H, W]", statement: "%y = global_avg_pool %v"),
    BadText(
      "2:8: fused has accumulators exactly where it has convolutions",
      statement: "%y = fused { acc[-1] = conv2d(%x, @w) yield acc[0] }"),
    BadText(
      "2:8: 4 channels do not divide into 3 accumulators",
      statement: "%y = fused { acc[3] = conv2d(%x, @w) yield acc[0] }"),
    BadText(
      "2:8: the body of fused uses numbers that do not exist",
      statement: "%y = fused { acc[2] = conv2d(%x, @w) yield acc[2] }"),
    BadText(
      "2:8: the bias is f32[4, 2, 1, 1], not f32[4]",
      statement: "%y = fused { acc[1] = conv2d(%x, @w) + @k yield acc[0] }"),
    BadText(
      "2:8: the scale is f32[N, 3], not one number per channel of f32[N, 4, H, W]",
      statement: "%y = fused { acc[1] = conv2d(%x * %v, @w) yield acc[0] }"),
    BadText("2:8: fused has no operand of rank 4", statement: "%y = fused { yield 1.0 }"),
    BadText(
      "2:36: t1 is not defined",
      statement: "%y = fused { t0 = tanh(%x) yield t1 }"),
    BadText("2:25: unknown provenance who", statement: "%y = relu %x loc(\"a\", who: \"b\")"),
  ]
}

struct TextTests {
  /// One of every operation and every part of the grammar.
  private func example() throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/graph-text.md")
    let blocks = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "```\n")
    return try #require(blocks.first { $0.hasPrefix("graph @") })
  }

  @Test func `The example of the grammar comes back from its text`() throws {
    let graph = try Parser.parse(try example())
    #expect(graph.nodes.count == 6)
    #expect(Printer(graph).text.contains("attributes {family: \"example\"} {"))
    #expect(graph.outputs.map(\.name) == ["y", "mean of y"])
    #expect(graph.nodes[0].provenance == Provenance(source: "head", stage: 1))
    try expectRoundTrip(graph)
  }

  @Test(arguments: PassFixture.all)
  func `A fixture comes back from its text`(_ fixture: PassFixture) throws {
    try expectRoundTrip(try Parser.parse(try fixture.source()))
  }

  /// Equal text is not enough: the same operations on the same operands, weights and provenance.
  private func expectRoundTrip(_ graph: Graph) throws {
    let text = Printer(graph).text
    let again = try Parser.parse(text)
    #expect(Printer(again).text == text)
    #expect(again.nodes.map(\.op) == graph.nodes.map(\.op))
    #expect(again.nodes.map(\.provenance) == graph.nodes.map(\.provenance))
    #expect(again.weightNames == graph.weightNames)
    #expect(again.outputs.map(\.name) == graph.outputs.map(\.name))
  }

  @Test(arguments: BadText.all)
  func `An error names line and column`(_ bad: BadText) throws {
    let error = #expect(throws: GraphError.self) { try Parser.parse(bad.text) }
    #expect(error?.description == bad.error)
  }

  /// An accent joins the character in front of it, which may be a quotation mark or an escape.
  @Test(arguments: [
    "\u{301}", "a\\\u{301}\"", "\"\u{301}", "\r\n\u{301}", "\n\u{200D}", "ä", "\u{0}",
  ])
  func `Strings keep every scalar`(_ name: String) throws {
    var graph = Graph(name: name)
    let input = graph.addInput(name, TensorType(.float32, [.fixed(1)]))
    graph.addOutput(name, input)
    let again = try Parser.parse(Printer(graph).text)
    for found in [again.name, again.outputs[0].name] {
      #expect(Array(found.unicodeScalars) == Array(name.unicodeScalars))
    }
    try expectRoundTrip(graph)
  }

  /// The line of an error, however lines end.
  @Test(arguments: ["\n", "\r", "\r\n", "\u{2028}"])
  func `Lines are counted`(_ end: String) {
    let error = #expect(throws: GraphError.self) {
      try Parser.parse("graph @g(\(end)\(end)  %x: f31[1]) { return y: %x }")
    }
    #expect(error?.place == "3:7")
  }

  @Test func `Numbers keep their value`() throws {
    let numbers: [Float] = [0.1, -0.0, 1e-38, -3.4e38, .infinity, -.infinity, 1 / 3, 16_777_215]
    var graph = Graph(name: "g")
    graph.addOutput("x", graph.addInput("x", TensorType(.float32, [1])))
    let value = graph.addWeight(
      "w", TensorType(.float32, [8]), Tensor(shape: [8], elements: numbers))
    graph.addOutput("w", value)
    let again = try Parser.parse(Printer(graph).text)
    let elements = again.weight(named: "w").flatMap { again.tensor(of: $0)?.elements }
    #expect(elements?.map(\.bitPattern) == numbers.map(\.bitPattern))
  }

  @Test func `Names that are not plain are quoted`() throws {
    var graph = Graph(name: "a graph")
    let x = graph.addInput("in put", TensorType(.float32, ["N", 2, "H", "W"]))
    let w = graph.addWeight("a\"b\\c\nd", TensorType(.float32, [2, 1, 1]), nil)
    let y = try graph.add(.pointwise(Pointwise(.add)), [x, w])[0]
    graph.setName("7", of: y)
    graph.addOutput("out put", y)
    try expectRoundTrip(graph)
  }

  @Test func `Deep nesting is refused`() {
    let text = "graph @g(%x: f32[" + String(repeating: "(", count: 100_000)
    #expect(throws: GraphError.self) { try Parser.parse(text) }
  }
}
