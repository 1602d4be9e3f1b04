import GraphIR
import Interpreter
import TestSupport
import Testing

/// Runs a graph given as statements that define `%y` from `%a` and `%b`.
private func run(_ a: Tensor, _ b: Tensor, _ statements: String) throws -> Tensor {
  let graph = try Parser.parse(
    """
    graph @test(%a: \(a.type), %b: \(b.type)) {
      \(statements)
      return y: %y
    }
    """)
  return try #require(try Interpreter(threads: 2).run(graph, inputs: ["a": a, "b": b])["y"])
}

struct PointwiseTests {
  static let functions: [(text: String, formula: @Sendable (Double, Double) -> Double)] = [
    ("add %a, %b", { $0 + $1 }), ("sub %a, %b", { $0 - $1 }), ("sub %b, %a", { $1 - $0 }),
    ("mul %a, %b", { $0 * $1 }),
  ]
  static let shapes = [
    [2, 3, 4, 5], [2, 3, 1, 1], [1, 3, 1, 1], [1, 1, 1, 1], [2, 1, 4, 5], [1, 1, 4, 1],
    [2, 3, 4, 1], [2, 3, 1, 5], [1, 3, 4, 5], [2, 1, 1, 5],
  ]

  @Test(arguments: functions.indices, shapes)
  func broadcasts(_ function: Int, _ shape: [Int]) throws {
    let (text, formula) = Self.functions[function]
    let a = Tensor.random([2, 3, 4, 5], seed: 1)
    let b = Tensor.random(shape, seed: 2)
    let expected = Tensor(a.shape) { n, c, y, x in
      Float(formula(Double(a[n, c, y, x]), Double(b[n, c, y, x])))
    }
    let result = try run(a, b, "%y = \(text)")
    #expect(mismatch(text, expected: expected, got: result) == nil)
  }

  @Test func broadcastsBothOperands() throws {
    let a = Tensor.random([2, 1, 4, 1], seed: 1)
    let b = Tensor.random([1, 3, 1, 5], seed: 2)
    let expected = Tensor([2, 3, 4, 5]) { n, c, y, x in a[n, c, y, x] - b[n, c, y, x] }
    let result = try run(a, b, "%y = sub %a, %b")
    #expect(mismatch("sub", expected: expected, got: result, .exact) == nil)
  }

  @Test func alignsRanksAtTheirEnd() throws {
    let a = Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])
    let row = Tensor(shape: [3], elements: [10, 20, 30])
    #expect(try run(a, row, "%y = add %a, %b").elements == [11, 22, 33, 14, 25, 36])
    #expect(try run(a, Tensor(scalar: 2), "%y = sub %b, %a").elements == [1, 0, -1, -2, -3, -4])
    let five = Tensor.random([2, 1, 3, 1, 2], seed: 1)
    let sum = try run(five, .random([4, 1, 5, 1], seed: 2), "%y = add %a, %b")
    #expect(sum.shape == [2, 4, 3, 5, 2])
  }

  @Test func functionsOfOneNumber() throws {
    let a = Tensor(shape: [7], elements: [-100, -2, -0.5, 0, 0.5, 2, 100])
    let unused = Tensor(scalar: 0)
    #expect(try run(a, unused, "%y = relu %a").elements == [0, 0, 0, 0, 0.5, 2, 100])
    let leaky = try run(a, unused, "%y = leaky_relu %a {slope: 0.2}")
    #expect(leaky.elements == [-20, -0.4, -0.1, 0, 0.5, 2, 100])
    let sigmoid = Tensor(
      shape: [7], elements: [0, 0.11920292, 0.37754067, 0.5, 0.62245933, 0.88079708, 1])
    let tanh = Tensor(
      shape: [7], elements: [-1, -0.96402758, -0.46211716, 0, 0.46211716, 0.96402758, 1])
    #expect(
      mismatch("sigmoid", expected: sigmoid, got: try run(a, unused, "%y = sigmoid %a")) == nil)
    #expect(mismatch("tanh", expected: tanh, got: try run(a, unused, "%y = tanh %a")) == nil)
  }

  @Test func spansSeveralBlocks() throws {
    let a = Tensor.random([1, 3, 257, 300], seed: 1)
    let b = Tensor.random([1, 3, 1, 1], seed: 2)
    let expected = Tensor(a.shape) { n, c, y, x in a[n, c, y, x] * b[n, c, y, x] }
    let result = try run(a, b, "%y = mul %a, %b")
    #expect(mismatch("mul", expected: expected, got: result, .exact) == nil)
  }
}

struct MovementTests {
  private let a = Tensor.random([2, 3, 4, 5], seed: 1)

  @Test(arguments: 0..<4)
  func concatenates(_ axis: Int) throws {
    var shape = a.shape
    shape[axis] = 2
    let b = Tensor.random(shape, seed: 2)
    let own = a.shape[axis]
    shape[axis] += own
    let expected = Tensor(shape) { n, c, y, x in
      var index = [n, c, y, x]
      if index[axis] < own { return a[n, c, y, x] }
      index[axis] -= own
      return b[index[0], index[1], index[2], index[3]]
    }
    let result = try run(a, b, "%y = concat %a, %b {axis: \(axis)}")
    #expect(mismatch("concat", expected: expected, got: result, .exact) == nil)
  }

  @Test func concatenatesTheSameValueTwice() throws {
    let row = Tensor(shape: [2], elements: [1, 2])
    let result = try run(row, row, "%y = concat %a, %b, %a {axis: 0}")
    #expect(result.elements == [1, 2, 1, 2, 1, 2])
  }

  @Test(arguments: 0..<4)
  func slices(_ axis: Int) throws {
    var shape = a.shape
    shape[axis] -= 1
    var offset = [0, 0, 0, 0]
    offset[axis] = 1
    let expected = Tensor(shape) { n, c, y, x in
      a[n + offset[0], c + offset[1], y + offset[2], x + offset[3]]
    }
    let result = try run(
      a, a, "%y = slice %a {axis: \(axis), start: 1, end: \(a.shape[axis])}")
    #expect(mismatch("slice", expected: expected, got: result, .exact) == nil)
  }

  @Test func averagesPlanes() throws {
    let large = Tensor.random([2, 3, 61, 67], seed: 3)
    let expected = Tensor([2, 3, 1, 1]) { n, c, _, _ in
      var sum = 0.0
      for y in 0..<61 { for x in 0..<67 { sum += Double(large[n, c, y, x]) } }
      return Float(sum / (61 * 67))
    }
    let result = try run(large, a, "%y = global_avg_pool %a")
    #expect(mismatch("mean", expected: expected, got: result) == nil)
  }
}
