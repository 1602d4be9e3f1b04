import Codegen
import GraphIR
import GuardedRun
import Interpreter
import LLVMKit
import NativeTestSupport
import TestSupport
import Testing

/// Runs programs in memory that ends where they may not read or write, and that starts as NaNs.
struct GuardedRunTests {
  static let sizes = [(1, 1), (1, 17), (3, 15), (5, 33), (4, 70)]

  @Test(
    arguments: turns(
      of: ConformanceProblem.operations + ConformanceProblem.fusions, with: CPUModel.runnable,
      oneIn: 3))
  func `Small graphs stay within their memory`(
    _ problem: ConformanceProblem, _ cpu: String
  ) throws {
    try expectGuarded(problem.graph(), cpu: cpu)
  }

  @Test(arguments: ConformanceProblem.rows + ConformanceProblem.networks)
  func `Operations on rows stay within their memory`(_ problem: ConformanceProblem) throws {
    try expectGuarded(problem.graph(), cpu: "x86-64-v3", sizes: [(5, 7), (6, 18), (9, 35)])
  }

  @Test(arguments: ConformanceProblem.convolutions + ConformanceProblem.otherConvolutions)
  func `Convolutions stay within their memory`(_ problem: ConformanceProblem) throws {
    try expectGuarded(problem.graph(), cpu: "native")
  }

  /// Four lanes, so that an image of few columns has whole spans.
  @Test(
    arguments: turns(
      of: ConformanceProblem.winograd, with: [ScheduleChoice.Algorithm.winograd4, .winograd2],
      oneIn: 2))
  func `Winograd's filtering stays within its memory`(
    _ problem: ConformanceProblem, _ algorithm: ScheduleChoice.Algorithm
  ) throws {
    try expectGuarded(
      problem.graph(), cpu: "x86-64",
      policy: SchedulePolicy(.algorithm(algorithm), .strips(.rows)),
      sizes: [(67, 260), (33, 133)])
  }

  @Test(
    arguments: turns(
      of: ConformanceProblem.pipelines, with: SchedulePolicy.StripRule.allCases, oneIn: 2))
  func `Pipelines stay within their memory`(
    _ problem: ConformanceProblem, _ strips: SchedulePolicy.StripRule
  ) throws {
    try expectGuarded(
      problem.graph(), cpu: "x86-64", policy: SchedulePolicy(.strips(strips)),
      sizes: [(67, 141), (7, 9)])
  }

  @Test(arguments: ["GRU", "LSTM"])
  func `Networks stay within their memory`(_ unit: String) throws {
    let network = RandomRescan(unit: unit, channels: 5, depth: 6, stages: 2)
    for strips in SchedulePolicy.StripRule.allCases {
      try expectGuarded(
        try network.graph().optimized(), cpu: "native", policy: SchedulePolicy(.strips(strips)))
    }
  }

  private func expectGuarded(
    _ graph: Graph, cpu: String, policy: SchedulePolicy = .automatic,
    sizes: [(Int, Int)] = GuardedRunTests.sizes
  ) throws {
    let plan = try Plan(graph, for: Target.named(cpu: cpu), policy: policy)
    let code = try Compiler(plan, info: ProgramInfo([])).objects(hasMain: false)
    let object = try LoadedObject(code)
    let program = try object.address(of: "rescan_model")
    for (height, width) in sizes {
      for guardsStart in [false, true] {
        try expectGuarded(program, graph, height, width, guardsStart)
      }
    }
  }

  private func expectGuarded(
    _ program: UInt, _ graph: Graph, _ height: Int, _ width: Int, _ guardsStart: Bool
  ) throws {
    let inputs = randomInputs(for: graph, sizes: ["N": 2, "H": height, "W": width], seed: 4)
    let expected = try Interpreter().run(graph, inputs: inputs)
    var tensors = graph.inputs.flatMap { inputs[graph[$0].name ?? ""]?.elements ?? [] }
    let extents = graph.inputs.flatMap { inputs[graph[$0].name ?? ""]?.shape ?? [] }
      .map(Int64.init)
    var place = tensors.count
    tensors += expected.entries.flatMap { $0.tensor.elements.map { _ in 0 } }
    let outcome = unsafe guarded_run(
      program, extents, &tensors, guardsStart ? 1 : 0)
    try #require(outcome == 0, "at \(height) × \(width)")
    for (name, tensor) in expected.entries {
      let end = place + tensor.elements.count
      let got = Tensor(shape: tensor.shape, elements: Array(tensors[place..<end]))
      #expect(mismatch(name, expected: tensor, got: got) == nil, "at \(height) × \(width)")
      place = end
    }
  }
}
