import GraphIR
import Interpreter
import TestSupport
import Testing

struct InterpreterTests {
  private static let text = """
    graph @net(%image: f32[N, 3, H, W], %mask: f32[N, 1, H, (W*2)]) {
      %y = conv2d %image, @w
      %z = relu %mask
      return y: %y, image: %image, w: @w, z: %z
    }
    weight @w : f32[2, 3, 3, 3]
    """

  private func graph() throws -> Graph { try Parser.parse(Self.text) }

  /// Runs the graph with elements for its weight.
  @discardableResult
  private func run(_ inputs: [String: Tensor]) throws -> Outputs {
    try Interpreter().run(fillingWeights(of: graph(), seed: 1), inputs: inputs)
  }

  private func inputs(_ image: [Int], _ mask: [Int]) -> [String: Tensor] {
    ["image": .random(image, seed: 1), "mask": .random(mask, seed: 2)]
  }

  @Test func returnsEveryOutputInOrder() throws {
    let inputs = inputs([1, 3, 4, 5], [1, 1, 4, 10])
    let outputs = try run(inputs)
    #expect(outputs.entries.map(\.name) == ["y", "image", "w", "z"])
    #expect(outputs["image"] == inputs["image"])
    #expect(outputs["y"]?.shape == [1, 2, 2, 3])
    #expect(outputs["nothing"] == nil)
  }

  @Test func reportsInputs() throws {
    let good = inputs([1, 3, 4, 5], [1, 1, 4, 10])
    let cases: [([String: Tensor], InterpreterError)] = [
      (good.filter { $0.key == "mask" }, InterpreterError(.missingInput, at: "image")),
      (
        good.merging(["other": Tensor(scalar: 1)]) { first, _ in first },
        InterpreterError(.unknownInput(known: ["image", "mask"]), at: "other")
      ),
      (
        inputs([3, 4, 5], [1, 1, 4, 10]),
        InterpreterError(
          .inputRank(
            expected: TensorType(.float32, ["N", 3, "H", "W"]), found: [3, 4, 5]), at: "image")
      ),
      (
        inputs([1, 4, 4, 5], [1, 1, 4, 10]),
        InterpreterError(.inputExtent(axis: 1, expected: "3", found: 4), at: "image")
      ),
      (
        inputs([1, 3, 4, 5], [1, 1, 6, 10]),
        InterpreterError(.inputExtent(axis: 2, expected: "4", found: 6), at: "mask")
      ),
      (
        inputs([1, 3, 4, 5], [1, 1, 4, 9]),
        InterpreterError(.inputExtent(axis: 3, expected: "10", found: 9), at: "mask")
      ),
      (
        inputs([0, 3, 4, 5], [0, 1, 4, 10]),
        InterpreterError(.inputExtent(axis: 0, expected: "at least 1", found: 0), at: "image")
      ),
    ]
    for (inputs, expected) in cases {
      #expect(throws: expected) { try run(inputs) }
    }
  }

  @Test func reportsAWeightWithoutElements() throws {
    let graph = try graph()
    #expect(throws: InterpreterError(.weightWithoutElements, at: "@w")) {
      try Interpreter().run(graph, inputs: inputs([1, 3, 4, 5], [1, 1, 4, 10]))
    }
  }

  @Test func reportsAnEmptyResult() throws {
    let error = try #require(throws: InterpreterError.self) {
      try run(inputs([1, 3, 2, 5], [1, 1, 2, 10]))
    }
    #expect(error.place == "%y = conv2d %image, @w")
    #expect(
      error.kind
        == .refused(GraphError(.type("the kernel is larger than the padded input"))))
  }

  /// An empty convolution is noticed even where only its mean is a result.
  @Test func reportsAnEmptySumUnderAMean() throws {
    let graph = try Parser.parse(
      """
      graph @net(%x: f32[N, 1, H, W]) {
        %y = fused { acc[1] = conv2d(%x, @w) yield mean(acc[0]) }
        return y: %y
      }
      weight @w : f32[1, 1, 1, 3] = [1, 2, 3]
      """)
    #expect(throws: InterpreterError.self) {
      try Interpreter().run(graph, inputs: ["x": .random([1, 1, 5, 2], seed: 1)])
    }
  }

  @Test func reportsAResultThatIsTooLarge() throws {
    let graph = try Parser.parse(
      """
      graph @net(%x: f32[1, 1, H, W]) {
        %y = conv2d %x, @w {pad: [100000, 100000, 100000, 100000]}
        return y: %y
      }
      weight @w : f32[1, 1, 1, 1] = [1]
      """)
    let error = try #require(throws: InterpreterError.self) {
      try Interpreter().run(graph, inputs: ["x": Tensor(shape: [1, 1, 1, 1], elements: [1])])
    }
    #expect(error.kind == .tooLarge(TensorType(.float32, [1, 1, 200001, 200001])))
  }
}

struct ConstantEvaluatorTests {
  private let evaluate = constantEvaluator()

  @Test func computesOneOperation() throws {
    let weight = Tensor(shape: [2, 1], elements: [1, 2])
    let factor = Tensor(shape: [3], elements: [1, 10, 100])
    let result = evaluate(.pointwise(Pointwise(.multiply)), [weight, factor])
    #expect(result == [Tensor(shape: [2, 3], elements: [1, 10, 100, 2, 20, 200])])
  }

  @Test func refusesWhatDoesNotFit() {
    let two = Tensor(shape: [2], elements: [1, 2])
    let three = Tensor(shape: [3], elements: [1, 2, 3])
    #expect(evaluate(.pointwise(Pointwise(.add)), [two, three]) == nil)
    #expect(evaluate(.pointwise(Pointwise(.add)), [two]) == nil)
  }

  @Test func refusesHugeResults() {
    let column = Tensor(shape: [1 << 13, 1], elements: Array(repeating: 1, count: 1 << 13))
    #expect(evaluate(.pointwise(Pointwise(.add)), [column, column.reshaped([1 << 13])]) == nil)
  }
}
