import Codegen
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

extension ConformanceProblem {
  /// Convolutions of 3 × 3 that Winograd's filtering computes: every dilation, channels that fill
  /// no register tile, and several parts.
  static let winograd: [ConformanceProblem] =
    [1, 2, 4, 8, 16].flatMap { dilation in
      [(3, 24), (7, 8), (24, 17), (1, 33)].map { inputs, outputs in
        convolution(
          inputs, outputs, kernel: (3, 3), dilation: (dilation, dilation),
          pad: Array(repeating: dilation, count: 4))
      }
    } + [
      ConformanceProblem(
        "a gate of two dilations, scaled",
        """
        %m = global_avg_pool %x
        %s = sigmoid %m
        %n = global_avg_pool %h
        %y, %z, %mean = fused {
          acc[3] = conv2d(%x * %s, @wx3, {pad: [8, 8, 8, 8], dilation: [8, 8]})
            + conv2d(%h * %n, @wg3, {pad: [1, 1, 1, 1]}) + @b3
          z = sigmoid(acc[0])
          r = sigmoid(acc[1])
          n = tanh(acc[2])
          t = mul(z, n)
          u = mul(r, %h)
          yield t, u, mean(t)
        }
        %k = add %g, %mean
        """, outputs: ["y", "z", "k"], channels: 7),
      ConformanceProblem(
        "two parts of one dilation, without a bias",
        """
        %y = fused {
          acc[3] = conv2d(%x, @wx3, {pad: [2, 2, 2, 2], dilation: [2, 2]})
            + conv2d(%h, @wg3, {pad: [2, 2, 2, 2], dilation: [2, 2]})
          a = mul(acc[0], acc[1])
          b = sub(a, acc[2])
          yield b
        }
        """, channels: 3),
      ConformanceProblem(
        "only a mean",
        """
        %m, %n = fused {
          acc[3] = conv2d(%x, @wx3, {pad: [1, 1, 1, 1]}) + @b3
          yield mean(acc[0]), mean(acc[2])
        }
        %a = mul %g, %m
        %y = add %a, %n
        """, channels: 6),
    ]
}

/// Images of whole spans of tiles and of a rest, which is computed in another way.
struct WinogradTests {
  @Test(arguments: turns(of: ConformanceProblem.winograd, with: CPUModel.runnable, oneIn: 3))
  func `Spans and rests agree with the interpreter`(
    _ problem: ConformanceProblem, _ cpu: String
  ) throws {
    let compiled = try CompiledGraph(
      problem.graph(), cpu: cpu,
      policy: SchedulePolicy(.algorithm(.winograd4), .strips(.rows)))
    let span = try #require(largestSpan(of: compiled.plan), "no step has the schedule")
    for (height, width) in sizes(span: span, lanes: compiled.plan.target.lanes) {
      let mismatch = try compiled.disagreement(sizes: ["N": 1, "H": height, "W": width])
      #expect(mismatch == nil, "at \(height) × \(width), for \(cpu)")
    }
  }

  /// Threads get whole spans, so three of them share these rows unevenly.
  @Test(
    arguments: turns(
      of: ConformanceProblem.winograd, with: [ScheduleChoice.Algorithm.winograd4, .winograd2],
      oneIn: 2))
  func `Results do not depend on the number of threads`(
    _ problem: ConformanceProblem, _ algorithm: ScheduleChoice.Algorithm
  ) throws {
    let compiled = try CompiledGraph(
      problem.graph(), cpu: "x86-64",
      policy: SchedulePolicy(.algorithm(algorithm), .strips(.rows)))
    let span = try #require(largestSpan(of: compiled.plan), "no step has the schedule")
    let sizes = ["N": 2, "H": 4 * span + 3, "W": compiled.plan.target.lanes * span + 5]
    let inputs = randomInputs(for: compiled.plan.graph, sizes: sizes, seed: 6)
    let expected = try compiled.run(inputs, threads: 1)
    for threads in [2, 3, 8] {
      for (one, other) in zip(expected, try compiled.run(inputs, threads: threads)) {
        #expect(mismatch(one.name, expected: one.tensor, got: other.tensor, .exact) == nil)
      }
    }
  }

  /// Rows and columns of a strip that are computed together, at most.
  private func largestSpan(of plan: Plan) -> Int? {
    plan.steps.flatMap(\.pixelCalls).compactMap(\.winograd?.span).max()
  }

  /// One span; less than one by a row or by a strip; spans with a rest of either kind.
  private func sizes(span: Int, lanes: Int) -> [(height: Int, width: Int)] {
    [
      (span, span * lanes), (span - 1, span * lanes), (span, max(1, (span - 4) * lanes)),
      (2 * span + 3, (span + 4) * lanes - 3),
    ]
  }
}
