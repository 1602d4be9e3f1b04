import Codegen
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

/// Programs that compute the transposed image.
struct TranspositionTests {
  private static let columns = SchedulePolicy(.strips(.columns))

  @Test func `Transposed images give the same`() throws {
    let problems =
      ConformanceProblem.operations + ConformanceProblem.fusions
      + ConformanceProblem.otherConvolutions + ConformanceProblem.winograd
    var transposed = 0
    for problem in problems {
      let compiled = try CompiledGraph(problem.graph(), policy: Self.columns)
      guard compiled.plan.memory.isTransposed(symbols: ["N": 2, "H": 9, "W": 33]) else { continue }
      transposed += 1
      for (height, width) in [(9, 33), (70, 13)] {
        let mismatch = try compiled.disagreement(sizes: ["N": 2, "H": height, "W": width])
        #expect(mismatch == nil, "\(problem), at \(height) × \(width)")
      }
    }
    #expect(transposed > problems.count / 2)
  }

  /// 321 columns need strips of 24 vectors of 16 lanes, and spans of 32; 481 rows just 32.
  @Test(arguments: [
    ((481, 321), true), ((321, 481), false), ((480, 640), false), ((64, 64), false),
    ((1080, 1920), false), ((1, 1), false),
  ])
  func `Images are transposed where that takes less time`(
    _ size: (height: Int, width: Int), _ isTransposed: Bool
  ) throws {
    let plan = try Self.network(cpu: "x86-64-v4")
    let symbols = ["N": 1, "H": size.height, "W": size.width]
    #expect(plan.memory.isTransposed(symbols: symbols) == isTransposed)
  }

  @Test func `Transposed images need their weights and no more`() throws {
    let plan = try Self.network(cpu: "x86-64-v4")
    let forced = try Self.network(cpu: "x86-64-v4", Self.columns)
    let more =
      forced.memory.bytes(height: 481, width: 481, threads: 2)
      - plan.memory.bytes(height: 481, width: 481, threads: 2)
    #expect(more > 0)
    #expect(
      forced.memory.bytes(height: 481, width: 321, threads: 2)
        == plan.memory.bytes(height: 321, width: 481, threads: 2) + more)
  }

  @Test(arguments: [
    ("%y = conv2d %x, @w {pad: [1, 0, 1, 0]}", "8, 8, 3, 1", "no square"),
    ("%y = conv2d %x, @w {pad: [1, 2, 1, 0]}", "8, 8, 3, 3", "other steps or margins"),
    (
      "%a = conv2d %x, @w {pad: [1, 1, 1, 1]}\n%y = depth_to_space %a {block: 2}",
      "8, 8, 3, 3", "the step 'blocks'"
    ),
  ])
  func `What cannot be transposed says why`(
    _ body: String, _ shape: String, _ reason: String
  ) throws {
    let text = """
      graph @g(%x: f32[N, 8, H, W]) {
        \(body)
        return y: %y
      }
      weight @w : f32[\(shape)]
      """
    let graph = try fillingWeights(of: Parser.parse(text), seed: 1)
    let plan = try Plan(graph, for: Target.named(cpu: "x86-64-v3"), policy: Self.columns)
    #expect(plan.memory.strips.description.contains(reason), "\(plan.memory.strips)")
    #expect(!plan.memory.isTransposed(symbols: ["N": 1, "H": 9, "W": 9]))
  }

  private static func network(
    cpu: String, _ policy: SchedulePolicy = .automatic
  ) throws -> Plan {
    let network = RandomRescan(unit: "GRU", channels: 24, depth: 5, stages: 2)
    return try Plan(network.graph().optimized(), for: Target.named(cpu: cpu), policy: policy)
  }
}
