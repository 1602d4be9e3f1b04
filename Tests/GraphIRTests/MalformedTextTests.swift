import GraphIR
import Testing

/// Texts that break a rule are refused, whatever they contain.
struct MalformedTextTests {
  /// A graph over `%x` of a given type.
  private static func graph(_ type: String, _ statements: String) -> String {
    """
    graph @bad(%x: \(type)) {
      \(statements)
      return y: %y
    }
    weight @w : f32[1, 1, 1, 1] = [1]
    """
  }

  static let texts = [
    graph("f32[N, 1, H, W]", "%y = fused { t0 = mul(acc[0], %x) acc[-1] yield t0 }"),
    graph("f32[N, 1, H, W]", "%y = fused { acc[-1] = conv2d(%x, @w) yield acc[0] }"),
    graph("f32[N, 1, H, W]", "%y = fused { acc[1] = conv2d(%x, @w) yield acc[-1] }"),
    graph("f32[" + String(repeating: "(", count: 1 << 16) + "H", "%y = relu %x"),
    graph("f32[9223372036854775808]", "%y = relu %x"),
    graph("f32[1, 1, H, W]", "%y = concat %x, %x {axis: -1}"),
    graph("f32[1, 1, H, W]", "%y = slice %x {axis: 1, start: 1, end: -9223372036854775808}"),
    graph("f32[1, 1, H, W]", "%y = conv2d %x, @w {stride: [0, 1]}"),
    graph("f32[1, 1, H, W]", "%y = conv2d %x, @w {groups: 0}"),
    "weight @w : f32[4611686018427387904, 4] graph @bad() { return y: @w }",
    "graph", "graph @bad(", "%", "\"", "weight @w", "-",
    "graph @bad(%x: f32[(H+9223372036854775808)])",
  ]

  @Test(arguments: texts)
  func isRefused(_ text: String) {
    #expect(throws: GraphError.self) { try Parser.parse(text) }
  }

  static let largeTexts = [
    graph("f32[9223372036854775807, 1, 9223372036854775807, W]", "%y = relu %x"),
    graph(
      "f32[1, 1, 9223372036854775807, W]", "%y = conv2d %x, @w {pad: [9, 9, 9, 9]}"),
    graph("f32[(((((H*1048576)*1048576)*1048576)*1048576)*1048576)]", "%y = relu %x"),
    graph("f32[(((((H/1048576)/1048576)/1048576)/1048576)/1048576)]", "%y = relu %x"),
    graph("f32[((H+9223372036854775807)+9223372036854775807)]", "%y = relu %x"),
    graph("f32[((H-9223372036854775807)-9223372036854775807)]", "%y = relu %x"),
    graph("f32[((H-9223372036854775808)/2)]", "%y = relu %x"),
    graph(
      "f32[9223372036854775807, 2]",
      "%y = slice %x {axis: 0, start: 0, end: 9223372036854775807}"),
  ]

  /// Extents beyond any memory are no reason to stop: nobody can give such an input.
  @Test(arguments: largeTexts)
  func isReadWithoutOverflow(_ text: String) throws {
    let graph = try Parser.parse(text)
    let shapes = [["H": 1, "W": 1], ["H": .max, "W": .max]].map { symbols in
      graph.type(of: graph.inputs[0]).shape.map { $0.evaluated(symbols) }
    }
    #expect(shapes.allSatisfy { !$0.isEmpty })
    let printed = Printer(graph).text
    #expect(try Printer(Parser.parse(printed)).text == printed)
  }

  @Test func isRefusedWhereAnExtentCannotBeCounted() {
    let text = Self.graph("f32[9223372036854775807, 2]", "%y = concat %x, %x {axis: 0}")
    #expect(throws: GraphError.self) { try Parser.parse(text) }
  }
}
