import GraphIR
import Interpreter
import TestSupport
import Testing

/// A `fused` and the plain operations that mean the same.
struct FusedCase: Sendable, CustomTestStringConvertible {
  var name: String
  var fused: String
  var plain: String
  var outputs = ["y"]

  var testDescription: String { name }

  /// A graph over images `%x` and `%h`, a scale `%s` and weights.
  func graph(_ statements: String) throws -> Graph {
    let outputs = outputs.map { "\($0): %\($0)" }.joined(separator: ", ")
    return try Parser.parse(
      """
      graph @fused(%x: f32[N, 3, H, W], %h: f32[N, 4, H, W], %s: f32[N, 3, 1, 1]) {
        \(statements)
        return \(outputs)
      }
      weight @wx : f32[4, 3, 3, 3]
      weight @wh : f32[4, 4, 1, 1]
      weight @wx2 : f32[8, 3, 3, 3]
      weight @wh2 : f32[8, 4, 3, 3]
      weight @b : f32[4]
      weight @b2 : f32[8]
      weight @p : f32[1, 4, 1, 1]
      weight @one : f32[] = [1]
      """)
  }

  static let table = [
    FusedCase(
      name: "no convolution",
      fused: """
        %y = fused {
          t0 = mul(%x, %s)
          t1 = sub(1.0, t0)
          yield t1
        }
        """,
      plain: """
        %m = mul %x, %s
        %y = sub @one, %m
        """),
    FusedCase(
      name: "no convolution, only a mean",
      fused: "%y = fused { t0 = mul(%x, %x) yield mean(t0) }",
      plain: """
        %m = mul %x, %x
        %y = global_avg_pool %m
        """),
    FusedCase(
      name: "one part without a body",
      fused: "%y = fused { acc[1] = conv2d(%x, @wx, {pad: [1, 1, 1, 1]}) yield acc[0] }",
      plain: "%y = conv2d %x, @wx {pad: [1, 1, 1, 1]}"),
    FusedCase(
      name: "stride and an operand per channel",
      fused: """
        %y = fused {
          acc[1] = conv2d(%x, @wx, {pad: [3, 1, 1, 2], stride: [2, 3], dilation: [2, 1]}) + @b
          t0 = mul(acc[0], @p)
          t1 = leaky_relu(t0, slope: 0.2)
          yield t1
        }
        """,
      plain: """
        %c = conv2d %x, @wx, @b {pad: [3, 1, 1, 2], stride: [2, 3], dilation: [2, 1]}
        %m = mul %c, @p
        %y = leaky_relu %m {slope: 0.2}
        """),
    FusedCase(
      name: "two parts, scale, bias and mean",
      fused: """
        %y, %mean = fused {
          acc[1] = conv2d(%x * %s, @wx, {pad: [1, 1, 1, 1]}) + conv2d(%h, @wh) + @b
          t0 = tanh(acc[0])
          t1 = mul(t0, %h)
          yield t1, mean(t1)
        }
        """,
      plain: """
        %scaled = mul %x, %s
        %cx = conv2d %scaled, @wx, @b {pad: [1, 1, 1, 1]}
        %ch = conv2d %h, @wh
        %sum = add %cx, %ch
        %t = tanh %sum
        %y = mul %t, %h
        %mean = global_avg_pool %y
        """, outputs: ["y", "mean"]),
    FusedCase(
      name: "two accumulators",
      fused: """
        %z, %y, %mean = fused {
          acc[2] = conv2d(%x, @wx2, {pad: [2, 2, 2, 2], dilation: [2, 2]})
            + conv2d(%h, @wh2, {pad: [1, 1, 1, 1]}) + @b2
          z = sigmoid(acc[0])
          n = tanh(acc[1])
          m = mul(z, n)
          yield acc[0], m, mean(n)
        }
        """,
      plain: """
        %cx = conv2d %x, @wx2, @b2 {pad: [2, 2, 2, 2], dilation: [2, 2]}
        %ch = conv2d %h, @wh2 {pad: [1, 1, 1, 1]}
        %sum = add %cx, %ch
        %z = slice %sum {axis: 1, start: 0, end: 4}
        %second = slice %sum {axis: 1, start: 4, end: 8}
        %sz = sigmoid %z
        %n = tanh %second
        %y = mul %sz, %n
        %mean = global_avg_pool %n
        """, outputs: ["z", "y", "mean"]),
    FusedCase(
      name: "constants, operands and a mean of a constant as results",
      fused: """
        %y, %k, %mean = fused {
          acc[1] = conv2d(%x, @wx, {pad: [1, 1, 1, 1]})
          t0 = add(acc[0], %h)
          yield t0, @p, mean(0.5)
        }
        """,
      plain: """
        %c = conv2d %x, @wx {pad: [1, 1, 1, 1]}
        %y = add %c, %h
        %zero = sub %h, %h
        %k = add %zero, @p
        %ones = sub @one, %zero
        %half = sigmoid %zero
        %mean = global_avg_pool %half
        """, outputs: ["y", "k", "mean"]),
  ]
}

struct FusedTests {
  /// One pixel, less than a block, and more than a block, in which blocks end within rows.
  static let sizes = [["H": 1, "W": 1], ["N": 2, "H": 5, "W": 6], ["N": 2, "H": 67, "W": 61]]

  @Test(arguments: FusedCase.table, sizes)
  func equalsItsParts(_ problem: FusedCase, _ size: [String: Int]) throws {
    let plain = try problem.graph(problem.plain)
    let fused = try problem.graph(problem.fused)
    let difference = try disagreement(between: plain, and: fused, sizes: size)
    #expect(difference == nil)
  }

  @Test(arguments: FusedCase.table)
  func doesNotDependOnThreads(_ problem: FusedCase) throws {
    let graph = fillingWeights(of: try problem.graph(problem.fused), seed: 1)
    let inputs = randomInputs(for: graph, sizes: ["H": 67, "W": 61], seed: 2)
    let one = try Interpreter().run(graph, inputs: inputs)
    let three = try Interpreter(threads: 3).run(graph, inputs: inputs)
    for (name, tensor) in one.entries {
      let other = try #require(three[name])
      #expect(mismatch(name, expected: tensor, got: other, .exact) == nil)
    }
  }
}
