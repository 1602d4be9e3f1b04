import GraphIR
import Interpreter
import TestSupport
import Testing

/// A convolution of one shape.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var input = [1, 3, 7, 9]
  var kernel = [4, 3, 3, 3]
  var window = Window()
  var groups = 1
  var hasBias = true

  var testDescription: String {
    "\(input) * \(kernel) \(window.attributes.printed) groups \(groups) bias \(hasBias)"
  }

  static let table: [ConvolutionCase] = [
    ConvolutionCase(),
    ConvolutionCase(hasBias: false),
    ConvolutionCase(kernel: [5, 3, 1, 1]),
    ConvolutionCase(input: [2, 3, 6, 5], kernel: [5, 3, 1, 1], hasBias: false),
    ConvolutionCase(kernel: [5, 3, 1, 1], window: Window(stride: [2, 3])),
    ConvolutionCase(kernel: [2, 3, 1, 1], window: Window(padding: [1, 0, 2, 3])),
    ConvolutionCase(window: .same(kernel: 3)),
    ConvolutionCase(input: [2, 3, 5, 6], window: .same(kernel: 3, dilation: 2)),
    ConvolutionCase(window: .same(kernel: 3, dilation: 8)),
    ConvolutionCase(input: [1, 3, 1, 1], window: .same(kernel: 3)),
    ConvolutionCase(kernel: [2, 3, 5, 2], window: Window(padding: [0, 1, 3, 2])),
    ConvolutionCase(window: Window(padding: [1, 1, 1, 1], stride: [2, 2])),
    ConvolutionCase(
      input: [2, 3, 11, 12], kernel: [2, 3, 2, 3],
      window: Window(padding: [2, 0, 1, 4], stride: [3, 2], dilation: [2, 3])),
    ConvolutionCase(window: Window(padding: [9, 9, 9, 9], stride: [4, 5])),
    ConvolutionCase(input: [2, 6, 7, 5], kernel: [4, 3, 3, 3], groups: 2),
    ConvolutionCase(
      input: [2, 4, 7, 5], kernel: [8, 1, 3, 3], window: .same(kernel: 3), groups: 4),
    ConvolutionCase(input: [1, 6, 7, 5], kernel: [3, 2, 1, 1], groups: 3),
    // More pixels than one block, in which blocks do not end at the end of a row.
    ConvolutionCase(
      input: [2, 2, 67, 61], kernel: [3, 2, 3, 3], window: .same(kernel: 3)),
    ConvolutionCase(input: [2, 2, 67, 61], kernel: [3, 2, 1, 1]),
    // So deep that working memory allows few pixels at a time.
    ConvolutionCase(
      input: [1, 600, 9, 11], kernel: [2, 600, 7, 7], window: .same(kernel: 7)),
  ]
}

struct Conv2DTests {
  @Test(arguments: ConvolutionCase.table)
  func equalsItsFormula(_ problem: ConvolutionCase) throws {
    let input = Tensor.random(problem.input, seed: 1)
    let graph = fillingWeights(of: try Parser.parse(Self.text(problem)), seed: 2)
    let expected = referenceConvolution(
      input, try #require(graph.tensor(named: "w")),
      bias: problem.hasBias ? graph.tensor(named: "b") : nil,
      window: problem.window, groups: problem.groups)
    let result = try #require(try Interpreter().run(graph, inputs: ["x": input])["y"])
    #expect(mismatch("y", expected: expected, got: result) == nil)
    let threaded = try #require(try Interpreter(threads: 3).run(graph, inputs: ["x": input])["y"])
    #expect(mismatch("y", expected: result, got: threaded, .exact) == nil)
  }

  private static func text(_ problem: ConvolutionCase) -> String {
    let operation = Conv2D(window: problem.window, groups: problem.groups)
    let statement = operation.printed(operands: ["%x", "@w"] + (problem.hasBias ? ["@b"] : []))
    return """
      graph @conv(%x: f32[N, \(problem.input[1]), H, W]) {
        %y = \(statement)
        return y: %y
      }
      weight @w : f32\(problem.kernel)
      weight @b : f32[\(problem.kernel[0])]
      """
  }
}

extension Graph {
  /// The elements of a weight by its name.
  func tensor(named name: String) -> Tensor? {
    weight(named: name).flatMap { tensor(of: $0) }
  }
}
