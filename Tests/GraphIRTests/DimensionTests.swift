import GraphIR
import Testing

struct DimensionTests {
  @Test func `Numbers are computed, symbols kept in simplest form`() {
    let height: Dimension = "H"
    #expect(Dimension.fixed(7).scaled(plus: 1, over: 2) == 4)
    #expect(Dimension.fixed(-3).scaled(over: 2) == -2)
    #expect(height.scaled(plus: 0) == "H")
    #expect(height.scaled(by: 4, plus: 6, over: 2).description == "(H*2+3)")
    #expect(height.scaled(plus: 2).scaled(plus: -2) == "H")
    #expect(height.scaled(by: 2).scaled(over: 2) == "H")
    #expect(height.scaled(over: 2).scaled(over: 2).description == "(H/4)")
  }

  /// Scaling twice is what evaluating twice gives, whatever was simplified.
  @Test func `Simplifying keeps the value`() throws {
    let numbers = [(1, 0, 2), (1, 1, 2), (2, 0, 1), (2, -1, 1), (3, 2, 4), (1, -3, 1)]
    for (factor, offset, divisor) in numbers {
      for (factor2, offset2, divisor2) in numbers {
        let twice = Dimension.symbol("H").scaled(by: factor, plus: offset, over: divisor)
          .scaled(by: factor2, plus: offset2, over: divisor2)
        for height in 0..<20 {
          let inner = (height * factor + offset).flooredQuotient(divisor)
          let outer = (inner * factor2 + offset2).flooredQuotient(divisor2)
          #expect(twice.evaluated(["H": height]) == outer)
        }
        let text = "graph @g(%x: f32[\(twice)]) { return x: %x }"
        let graph = try Parser.parse(text)
        #expect(graph.type(of: graph.inputs[0]).shape == [twice])
      }
    }
  }

  private static let extents: [Dimension] = {
    let (h, w): (Dimension, Dimension) = ("H", "W")
    let base: [Dimension] = [
      h, w, 3, h * w, h + w, h - w, h * 2 - w * 3 + 5, h.scaled(plus: 7, over: 8) * 8,
      (h - w).scaled(plus: -1, over: 3), (h * 6 + w * 4 + 3).scaled(over: 4), h * h - 1,
      (h * -1).scaled(over: 2), (h * w).scaled(over: 2) * w,
    ]
    return base + base.flatMap { a in base.map { a * $0 - $0 } }
  }()

  @Test(arguments: extents)
  func `Arithmetic keeps its value and its text`(_ extent: Dimension) throws {
    let text = "graph @g(%x: f32[H, W], %y: f32[(H*0+9), \(extent + 1000)]) { return x: %x }"
    let graph = try Parser.parse(text)
    #expect(graph.type(of: graph.inputs[1]).shape == [9, extent + 1000])
    let (once, twice) = (extent.scaled(plus: 1, over: 3), (extent * 2 - 5).scaled(over: 4))
    for (height, width) in [(1, 1), (2, 9), (7, 3), (40, 41), (63, 8)] {
      let symbols = ["H": height, "W": width]
      let value = try #require(extent.evaluated(symbols))
      #expect(once.evaluated(symbols) == (value + 1).flooredQuotient(3))
      #expect(twice.evaluated(symbols) == (value * 2 - 5).flooredQuotient(4))
      #expect((extent - once).evaluated(symbols) == value - (value + 1).flooredQuotient(3))
    }
  }

  @Test func `What was multiplied can be divided exactly`() {
    let (h, w): (Dimension, Dimension) = ("H", "W")
    for divisor in [h, w, 3, h * w, h + w, h * 2 + 1, h * w * 8 + w, h * h + w.scaled(over: 2)] {
      for extent in Self.extents where extent * divisor != .fixed(.max) {
        #expect((extent * divisor).quotient(exactlyBy: divisor) == extent)
      }
    }
    #expect((h * w * 8).quotient(exactlyBy: h * w) == 8)
    #expect((h * 3).quotient(exactlyBy: 2) == nil && h.quotient(exactlyBy: 0) == nil)
    #expect((h * w + 1).quotient(exactlyBy: h) == nil && h.quotient(exactlyBy: h + w) == nil)
  }

  @Test func `Equal extents have one form`() {
    let (h, w): (Dimension, Dimension) = ("H", "W")
    #expect((h + w) * (h - w) == h * h - w * w)
    #expect(h + w == w + h && h * w * 8 == 8 * w * h)
    #expect(h.scaled(plus: 9, over: 8) == h.scaled(plus: 1, over: 8) + 1)
    #expect((h * 4 + w).scaled(over: 2) == h * 2 + w.scaled(over: 2))
    #expect((h.scaled(plus: 7, over: 8) * 8).scaled(over: 4) == h.scaled(plus: 7, over: 8) * 2)
    #expect(h - h == 0 && (h + w - h) == w)
    #expect((h.scaled(plus: 7, over: 8) * 8 - h).description == "(((H+7)/8)*8-H)")
    #expect((8 - h * w * 2).description == "(H*W*-2+8)")
    #expect((h * w).symbols == ["H", "W"])
  }

  @Test func `Extents that grow without end become too large`() {
    var extent: Dimension = "H"
    for symbol in ["A", "B", "C", "D", "E", "F", "G"] {
      extent = extent * (extent + .symbol(symbol))
    }
    #expect(extent == .fixed(.max))
    var nested: Dimension = "H"
    for _ in 0..<40 { nested = nested + nested.scaled(over: 3) }
    #expect(nested == .fixed(.max))
    #expect(Dimension.fixed(.max) * 2 == .fixed(.max) && Dimension.fixed(.min) + -1 == .fixed(.min))
  }

  @Test func `Unknown and overflowing extents have no value`() {
    #expect(Dimension.symbol("H").evaluated(["W": 1]) == nil)
    #expect(Dimension.symbol("H").scaled(by: 4).evaluated(["H": .max]) == nil)
    #expect(Dimension.symbol("H").scaled(plus: 4).evaluated(["H": .max]) == nil)
  }

  @Test func `Rounding goes to the stated side`() {
    #expect(
      (-7..<8).map { $0.flooredQuotient(4) } == [
        -2, -2, -2, -1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1,
      ])
    #expect(
      (-7..<8).map { $0.ceiledQuotient(4) } == [-1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2])
  }
}

struct TensorTypeTests {
  @Test func `Types tell what is fixed`() {
    let image = TensorType(.float32, ["N", 3, "H", "W"])
    #expect(image.description == "f32[N, 3, H, W]")
    #expect(image.channels == 3 && image.fixedShape == nil && image.elementCount == nil)
    #expect(TensorType(.float32, ["N", 3, 1, 1]).isPerChannel && !image.isPerChannel)
    #expect(TensorType(.float32, []).elementCount == 1)
    #expect(TensorType(.float32, [.fixed(.max), 2]).elementCount == nil)
    #expect(elementCount(of: [2, -1]) == nil)
  }

  // H' = (H + top + bottom − dilation·(R − 1) − 1) / stride + 1
  @Test func `A window gives the extents of its result`() throws {
    let window = Window(padding: [1, 0, 2, 3], stride: [2, 1], dilation: [1, 2])
    #expect(try window.resultExtents(input: [9, 8], kernel: [3, 3]) == [5, 7])
    let symbolic = try window.resultExtents(input: ["H", "W"], kernel: [3, 3])
    #expect(symbolic.map { $0.evaluated(["H": 9, "W": 8]) } == [5, 7])
    #expect(Window.same(kernel: 3, dilation: 4).keepsSize(kernel: [3, 3]))
    #expect(!window.keepsSize(kernel: [3, 3]))
    #expect(throws: GraphError.self) { try Window().resultExtents(input: [2, 9], kernel: [3, 3]) }
    #expect(try Window().resultExtents(input: [.fixed(.max), 9], kernel: [3, 3])[1] == 7)
  }
}
