import Codegen
import GraphIR
import Importers
import Interpreter
import NativeTestSupport
import TestSupport
import Testing

/// Whatever is chosen, the results are the same.
struct ForcedScheduleTests {
  private static let problems =
    [3, 8, 13].map { ConformanceProblem.winograd[$0] } + ConformanceProblem.winograd.suffix(3)
    + [1, 3, 5, 6].map { ConformanceProblem.pipelines[$0] }

  /// A rest of rows and of columns, less than a tile, and several spans.
  private static let sizes = [(1, 3), (13, 37), (70, 165)]

  @Test(arguments: turns(of: problems, with: ForcedSchedules.all, oneIn: 4))
  func `Every schedule computes problems of every kind`(
    _ problem: ConformanceProblem, _ schedules: ForcedSchedules
  ) throws {
    try expectAgreement(problem.graph(), cpu: "native", schedules)
  }

  @Test(arguments: turns(of: CPUModel.kinds, with: ForcedSchedules.all, oneIn: 4))
  func `Every schedule works with every width of vectors`(
    _ cpu: String, _ schedules: ForcedSchedules
  ) throws {
    try expectAgreement(ConformanceProblem.pipelines[3].graph(), cpu: cpu, schedules)
  }

  private static let networks = [
    RandomRescan(unit: "GRU", channels: 9, depth: 5, stages: 2),
    RandomRescan(unit: "LSTM", channels: 5, depth: 4, stages: 2, frame: .add),
    RandomRescan(unit: "RNN", channels: 8, depth: 5, stages: 3, usesSE: false),
  ]

  @Test(arguments: turns(of: networks, with: ForcedSchedules.all, oneIn: 4))
  func `Every schedule computes a network`(
    _ network: RandomRescan, _ schedules: ForcedSchedules
  ) throws {
    try expectAgreement(
      try network.graphWithAllOutputs().optimized(), cpu: "native", schedules)
  }

  private func expectAgreement(
    _ graph: Graph, cpu: String, _ schedules: ForcedSchedules
  ) throws {
    let compiled = try CompiledGraph(graph, cpu: cpu, policy: schedules.policy)
    for (height, width) in Self.sizes {
      let inputs = randomInputs(
        for: graph, sizes: ["N": 1, "H": height, "W": width], seed: 4)
      let expected = try Interpreter(threads: 2).run(graph, inputs: inputs)
      let alone = try compiled.run(inputs, threads: 1)
      let place = "at \(height) × \(width), for \(cpu)"
      let difference = firstMismatch(expected: expected, got: alone)
      #expect(difference == nil, "\(place)")
      for threads in [2, 3] {
        for (one, other) in zip(alone, try compiled.run(inputs, threads: threads)) {
          let difference = mismatch(one.name, expected: one.tensor, got: other.tensor, .exact)
          #expect(difference == nil, "\(place), on \(threads) threads")
        }
      }
    }
  }
}

/// What rules do to plans.
struct SchedulePolicyTests {
  private static func plan(_ rules: String, cpu: String = "x86-64-v3") throws -> Plan {
    let graph = try RandomRescan(unit: "GRU", channels: 9, depth: 5, stages: 2).graph().optimized()
    return try Plan(
      graph, for: Target.named(cpu: cpu), policy: SchedulePolicy(parsing: rules))
  }

  private static func calls(_ rules: String) throws -> [PixelCall] {
    try plan(rules).steps.flatMap(\.pixelCalls)
  }

  @Test func `An algorithm is forced where it is possible`() throws {
    let direct = try Self.calls("algorithm=direct")
    #expect(direct.allSatisfy { $0.winograd == nil && $0.decision.choice.algorithm == .direct })
    let winograd = try Self.calls("algorithm=winograd4")
    let is3x3 = winograd.map { pixels in
      !pixels.call.parts.isEmpty
        && pixels.directWeights.allSatisfy { Array($0.packed.kernel[1...]) == [3, 3] }
    }
    #expect(winograd.map { $0.winograd != nil } == is3x3)
    #expect(Set(is3x3) == [true, false], "the decoder has a kernel of 1×1")
  }

  @Test func `Tiles and blocks are forced where they fit`() throws {
    let tiles = Set(try Self.calls("tile=2x4").map(\.tile))
    let wanted = RegisterTile(channels: 2, vectors: 4)
    // Three accumulators of 2×4 are more than 12 registers.
    #expect(tiles.contains(wanted) && tiles.count > 1)
    let winograd = try Self.calls("algorithm=winograd4,block=4x1").compactMap(\.winograd)
    #expect(!winograd.isEmpty)
    for schedule in winograd {
      #expect(schedule.vectors == 1)
      #expect(schedule.passes.allSatisfy { $0.block == max(4 / $0.accumulators, 1) })
    }
  }

  @Test func `Pipelines are turned off and their bands widened`() throws {
    func pipelines(_ rules: String) throws -> [PixelPipeline] {
      try Self.plan(rules).steps.compactMap { step in
        if case .pipeline(let pipeline) = step { pipeline } else { nil }
      }
    }
    #expect(try pipelines("pipeline=off").isEmpty)
    let usual = try pipelines("pipeline=on")
    let wide = try pipelines("pipeline=on,band=50")
    #expect(!usual.isEmpty && usual.count == wide.count)
    #expect(wide.allSatisfy { $0.step >= 50 && $0.step % ($0.second.winograd?.span ?? 1) == 0 })
    #expect(usual.allSatisfy { $0.step < 50 })
  }

  @Test func `A rule for one operation changes that one alone`() throws {
    let usual = try Self.calls("pipeline=on")
    let plan = try Self.plan("%4:algorithm=direct")
    let names = try Self.names(of: plan)
    let index = try #require(names.firstIndex { $0.contains("%4") })
    try #require(usual[index].winograd != nil)
    for (place, pair) in zip(usual, plan.steps.flatMap(\.pixelCalls)).enumerated() {
      #expect((pair.0.winograd == pair.1.winograd) == (place != index), "\(names[place])")
    }
  }

  private static func names(of plan: Plan) throws -> [[String]] {
    let printer = Printer(plan.graph)
    return plan.steps.flatMap(\.pixelCalls).map { $0.call.results.map(printer.name(of:)) }
  }

  /// The last operation is the decoder's second convolution; what the first one computes is also
  /// the state of the next stage.
  @Test(arguments: [
    ("algorithm=winograd4", "1×1, not 3×3"), ("block=4x1", "1×1, not 3×3"),
    ("tile=1x3", "1, 2 or 4 vectors"), ("tile=64x1", "at most 3 channels"),
    ("pipeline=on", "no pass before or behind it"), ("band=8", "no pass before or behind it"),
    ("columns=8", "no pass before or behind it"),
  ])
  func `A rule for one operation that cannot be followed is refused`(
    _ rule: String, _ reason: String
  ) throws {
    let names = try Self.names(of: Self.plan("pipeline=on"))
    let isOfPipeline = ["pipeline", "band", "columns"].contains { rule.hasPrefix($0) }
    let name = try #require((isOfPipeline ? names.first : names.last)?.first)
    let error = #expect(throws: CodegenError.self) { try Self.plan("\(name):\(rule)") }
    guard case .schedule(let text, let why)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(text == "\(name):\(rule)" && why.contains(reason), "\(why)")
  }

  @Test func `A rule for an operation that is not there is refused`() throws {
    let error = #expect(throws: CodegenError.self) { try Self.plan("%nothing:tile=1x1") }
    guard case .unknownOperation(let rule, let known)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(rule == "%nothing:tile=1x1" && known.contains("%4"))
  }

  @Test(arguments: [
    "algorithm=direct", "tile=12x2", "block=6x4", "pipeline=on", "pipeline=off", "band=16",
    "columns=0", "columns=64",
    "%a:b:tile=1x1,algorithm=winograd4", "strips=rows", "strips=columns",
  ])
  func `Rules are read as they are written`(_ text: String) throws {
    let policy = try SchedulePolicy(parsing: text)
    #expect(policy.rules.map(\.description).joined(separator: ",") == text)
  }

  @Test(arguments: [
    "", "direct", "algorithm=", "algorithm=fft", "tile=12", "tile=0x1", "tile=1x2x3",
    "block=ax1", "pipeline=yes", "band=0", "band=-4", "band=99999999999999999999", "%4",
    "%:tile=1x1", "tile=1x1,,band=8", "size=3", "algorithm=direct=direct",
    "strips=diagonal", "%4:strips=rows", "columns=-1", "columns=4097",
  ])
  func `Other text is no rule`(_ text: String) {
    #expect(throws: ScheduleRuleFault.self) { try SchedulePolicy(parsing: text) }
  }
}
