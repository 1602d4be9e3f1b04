import Codegen
import GraphIR
import Importers
import NativeTestSupport
import TestSupport
import Testing

/// Bands that are computed block of columns by block of columns.
struct ColumnBlockTests {
  /// Blocks as narrow as the passes allow.
  private static func narrow(_ strips: SchedulePolicy.StripRule) -> SchedulePolicy {
    SchedulePolicy(.pipeline(true), .blockColumns(1), .strips(strips))
  }

  private static func pipelines(of plan: Plan) -> [PixelPipeline] {
    plan.steps.compactMap { step in
      if case .pipeline(let pipeline) = step { pipeline } else { nil }
    }
  }

  /// A kernel that reaches farther in a row than rows are ahead: its image must not be overwritten
  /// beside the columns that are done.
  private static let sideways = ConformanceProblem(
    name: "a state that is convolved along the rows and replaced",
    text: """
      graph @unit(%x: f32[N, 4, H, W], %y: f32[N, 4, H, W]) {
        %h = fused {
          acc[1] = conv2d(%x, @a, {pad: [1, 1, 1, 1]})
          yield acc[0]
        }
        %r, %n = fused {
          acc[2] = conv2d(%h, @s, {pad: [0, 15, 0, 15]})
          g = mul(acc[0], %h)
          yield g, acc[1]
        }
        %u = fused {
          acc[1] = conv2d(%r, @a, {pad: [1, 1, 1, 1]})
          s = add(acc[0], %n)
          t = add(s, %h)
          yield t
        }
        return u: %u
      }
      weight @a : f32[4, 4, 3, 3]
      weight @s : f32[8, 4, 1, 31]

      """)

  /// Widths of two blocks, and of three with a rest; the tests of pipelines have those of one.
  private func expectAgreement(_ graph: Graph, cpu: String, height: Int) throws {
    let compiled = try CompiledGraph(graph, cpu: cpu, policy: Self.narrow(.rows))
    let pipelines = Self.pipelines(of: compiled.plan)
    let blocks = try #require(pipelines.compactMap(\.blocks).max { $0.columns < $1.columns })
    #expect(pipelines.allSatisfy { $0.blocks != nil })
    for strip in [blocks.leastStrip, 3 * blocks.columns + blocks.columns / 2 + 4] {
      let sizes = ["N": 1, "H": height, "W": strip * compiled.plan.target.lanes - 3]
      let mismatch = try compiled.disagreement(sizes: sizes)
      #expect(mismatch == nil, "at \(sizes), for \(cpu)")
      try expectSameOnThreads(compiled, sizes)
    }
  }

  private func expectSameOnThreads(_ compiled: CompiledGraph, _ sizes: [String: Int]) throws {
    let inputs = randomInputs(for: compiled.plan.graph, sizes: sizes, seed: 8)
    let expected = try compiled.run(inputs, threads: 1)
    for threads in [2, 3] {
      for (one, other) in zip(expected, try compiled.run(inputs, threads: threads)) {
        let mismatch = mismatch(one.name, expected: one.tensor, got: other.tensor, .exact)
        #expect(mismatch == nil, "at \(sizes), on \(threads) threads")
      }
    }
  }

  @Test(arguments: ConformanceProblem.pipelines + [sideways])
  func `Blocks agree with the interpreter on any threads`(_ problem: ConformanceProblem) throws {
    try expectAgreement(problem.graph(), cpu: "x86-64", height: 70)
  }

  @Test(arguments: CPUModel.kinds)
  func `Blocks agree for every width of vectors`(_ cpu: String) throws {
    try expectAgreement(ConformanceProblem.pipelines[1].graph(), cpu: cpu, height: 45)
  }

  @Test(arguments: [
    RandomRescan(unit: "GRU", channels: 9, depth: 5, stages: 2),
    RandomRescan(unit: "LSTM", channels: 5, depth: 5, stages: 2, frame: .add),
    RandomRescan(unit: "RNN", channels: 8, depth: 5, stages: 3, usesSE: false),
  ])
  func `Networks agree with the interpreter on any threads`(_ network: RandomRescan) throws {
    let graph = try network.graphWithAllOutputs().optimized()
    for (strips, size) in [(SchedulePolicy.StripRule.rows, (13, 301)), (.columns, (301, 13))] {
      let compiled = try CompiledGraph(graph, cpu: "x86-64", policy: Self.narrow(strips))
      let sizes = ["N": 1, "H": size.0, "W": size.1]
      let widest = Self.pipelines(of: compiled.plan).compactMap(\.blocks).map(\.leastStrip).max()
      #expect(try #require(widest) <= 301 / 4)
      #expect(try compiled.disagreement(sizes: sizes) == nil)
      try expectSameOnThreads(compiled, sizes)
    }
  }

  @Test func `An image that is not wide enough has no blocks`() throws {
    func blocks(width: Int, _ policy: SchedulePolicy = .automatic) throws -> [ColumnBlocks?] {
      let text = ConformanceProblem.pipelines[0].text
      let graph = try Parser.parse(text.replacing("H, W]", with: "16, \(width)]"))
      let plan = try Plan(graph, for: Target.named(cpu: "x86-64-v4"), policy: policy)
      return Self.pipelines(of: plan).map(\.blocks)
    }
    #expect(try blocks(width: 481) == [nil])
    #expect(try blocks(width: 8192) != [nil])
    #expect(try blocks(width: 8192, SchedulePolicy(.blockColumns(0))) == [nil])
    let narrow = try #require(try blocks(width: 8192, Self.narrow(.rows)).first ?? nil)
    let wide = try #require(try blocks(width: 8192, SchedulePolicy(.blockColumns(61))).first ?? nil)
    #expect(narrow.columns > narrow.lag && narrow.columns < 61 && wide.columns == 64)
  }
}
