import Codegen
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

extension ConformanceProblem {
  /// Gated units whose second pass reads what the first one computes: Winograd's filtering and
  /// the direct schedule in either pass, dilations, and more of the first pass than the second.
  static let pipelines: [ConformanceProblem] =
    [(9, 1, 3), (9, 2, 3), (8, 4, 3), (9, 8, 3), (5, 1, 3), (9, 1, 5), (3, 3, 3)].map {
      gatedUnit(channels: $0, dilation: $1, kernel: $2)
    }

  /// - Parameters:
  ///   - dilation: Of the convolution of the input.
  ///   - kernel: Rows and columns of the convolution of the gated state.
  private static func gatedUnit(channels: Int, dilation: Int, kernel: Int) -> ConformanceProblem {
    let (pad, reach) = (dilation, kernel / 2)
    return ConformanceProblem(
      name: "a gated unit of \(channels) channels, dilation \(dilation), kernel \(kernel)",
      text: """
        graph @unit(%x: f32[N, 4, H, W], %h: f32[N, \(channels), H, W]) {
          %z, %r, %n = fused {
            acc[3] = conv2d(%x, @x, {pad: [\(pad), \(pad), \(pad), \(pad)], dilation: [\(pad), \(pad)]})
              + conv2d(%h, @h, {pad: [1, 1, 1, 1]}) + @b
            z = sigmoid(acc[0])
            r = sigmoid(acc[1])
            g = mul(r, %h)
            yield z, g, acc[2]
          }
          %u, %m = fused {
            acc[1] = conv2d(%r, @n, {pad: [\(reach), \(reach), \(reach), \(reach)]})
            s = add(acc[0], %n)
            t = tanh(s)
            d = sub(t, %h)
            e = mul(%z, d)
            u = add(%h, e)
            yield u, mean(u)
          }
          %y = add %u, %m
          return y: %y
        }
        weight @x : f32[\(3 * channels), 4, 3, 3]
        weight @h : f32[\(2 * channels), \(channels), 3, 3]
        weight @n : f32[\(channels), \(channels), \(kernel), \(kernel)]
        weight @b : f32[\(3 * channels)]

        """)
  }
}

/// Two passes over the pixels as one, band of rows by band of rows.
struct PipelineTests {
  @Test(arguments: ConformanceProblem.pipelines)
  func `A unit is one pipeline`(_ problem: ConformanceProblem) throws {
    for cpu in Target.cpuModels.map(\.name) {
      #expect(try pipeline(of: Plan(problem.graph(), for: Target.named(cpu: cpu))) != nil)
    }
  }

  /// Less than a band, whole bands, a rest that is shorter than the second pass stays behind.
  @Test(arguments: ConformanceProblem.pipelines)
  func `Bands and rests agree with the interpreter`(_ problem: ConformanceProblem) throws {
    try expectAgreement(problem, cpu: "x86-64")
  }

  @Test(arguments: CPUModel.kinds)
  func `Bands agree with the interpreter for every width of vectors`(_ cpu: String) throws {
    try expectAgreement(ConformanceProblem.pipelines[3], cpu: cpu)
  }

  private func expectAgreement(_ problem: ConformanceProblem, cpu: String) throws {
    let compiled = try CompiledGraph(problem.graph(), cpu: cpu)
    let step = try #require(pipeline(of: compiled.plan)).step
    for height in [1, step - 1, step, step + 1, 2 * step, 3 * step + 5] {
      let mismatch = try compiled.disagreement(sizes: ["N": 2, "H": height, "W": 133])
      #expect(mismatch == nil, "at \(height), for \(cpu)")
    }
  }

  /// Shares of one band, of several, and fewer bands than threads.
  @Test(arguments: ConformanceProblem.pipelines)
  func `Results do not depend on the shares`(_ problem: ConformanceProblem) throws {
    let compiled = try CompiledGraph(problem.graph(), cpu: "x86-64")
    let step = try #require(pipeline(of: compiled.plan)).step
    for height in [2 * step + 1, 5 * step + 3, 9 * step - 2] {
      let sizes = ["N": 2, "H": height, "W": 141]
      let inputs = randomInputs(for: compiled.plan.graph, sizes: sizes, seed: 8)
      let expected = try compiled.run(inputs, threads: 1)
      for threads in [2, 3, 4, 8] {
        for (one, other) in zip(expected, try compiled.run(inputs, threads: threads)) {
          #expect(mismatch(one.name, expected: one.tensor, got: other.tensor, .exact) == nil)
        }
      }
    }
  }

  @Test func `A result that others need is no band`() throws {
    let graph = try Parser.parse(
      """
      graph @g(%x: f32[N, 9, H, W]) {
        %a = fused {
          acc[1] = conv2d(%x, @w, {pad: [1, 1, 1, 1]})
          yield acc[0]
        }
        %b = fused {
          acc[1] = conv2d(%a, @w, {pad: [1, 1, 1, 1]})
          yield acc[0]
        }
        return a: %a, b: %b
      }
      weight @w : f32[9, 9, 3, 3]

      """)
    #expect(try pipeline(of: Plan(graph, for: Target.named(cpu: "x86-64"))) == nil)
  }

  private func pipeline(of plan: Plan) -> PixelPipeline? {
    for case .pipeline(let pipeline) in plan.steps { return pipeline }
    return nil
  }
}
