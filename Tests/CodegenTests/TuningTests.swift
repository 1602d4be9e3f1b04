import Codegen
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

/// Measurements and the records that they leave.
struct TuningTests {
  private static func graph() throws -> Graph {
    try RandomRescan(unit: "GRU", channels: 8, depth: 4, stages: 2).graph().optimized()
  }

  private static func tuner(
    _ graph: Graph, record: TuningRecord = TuningRecord(), rules: [SchedulePolicy.Rule] = [],
    seconds: Double = 600
  ) throws -> Tuner {
    try Tuner(
      graph, for: Target.named(cpu: "x86-64"), precision: .float32, rules: rules, record: record,
      shapes: [[1, 3, 48, 64]], seconds: seconds)
  }

  private static func plan(_ graph: Graph, _ record: TuningRecord) throws -> Plan {
    var policy = SchedulePolicy.automatic
    policy.measured = record.measured
    return try Plan(graph, for: Target.named(cpu: "x86-64"), policy: policy)
  }

  /// What is measured, once for all tests, and the numbers of the programs.
  private static let measured = Result {
    var tuner = try Self.tuner(Self.graph())
    var programs: [Int] = []
    let isComplete = try tuner.measure { number, total in
      programs.append(number < total ? number : -1)
    }
    return (record: tuner.record, programs: programs, isComplete: isComplete)
  }

  @Test func `Every kernel is measured once and its winner used`() throws {
    let graph = try Self.graph()
    let (record, programs, isComplete) = try Self.measured.get()
    #expect(isComplete)
    #expect(programs == Array(programs.indices) && programs.count >= 3)
    let calls = try Self.plan(graph, record).steps.flatMap(\.pixelCalls)
    for decision in calls.map(\.decision) {
      #expect(decision.reason == "measured")
      #expect(record.measured.choices[decision.key] == decision.choice)
    }
    #expect(!record.measured.bandRows.isEmpty)

    // All is known now.
    var again = try Self.tuner(graph, record: record)
    let isKnown = try again.measure { _, _ in Issue.record("a program is measured again") }
    #expect(isKnown)
    #expect(again.record == record)
  }

  @Test func `Without time nothing is measured`() throws {
    var tuner = try Self.tuner(Self.graph(), seconds: -1)
    let isComplete = try tuner.measure { _, _ in Issue.record("a program is measured") }
    #expect(!isComplete)
    #expect(tuner.record == TuningRecord())
  }

  @Test func `A measured program gives the same results`() throws {
    let graph = try Self.graph()
    let keys = try Self.plan(graph, TuningRecord()).steps.flatMap(\.pixelCalls).map(\.decision)
    // The worst candidates, as a record could have them.
    var policy = SchedulePolicy.automatic
    for decision in keys {
      policy.measured.choices[decision.key] = decision.candidates.last?.choice
    }
    let compiled = try CompiledGraph(graph, cpu: "x86-64", policy: policy)
    let changed = compiled.plan.steps.flatMap(\.pixelCalls).map(\.decision)
    #expect(changed.map(\.choice) == keys.compactMap { $0.candidates.last?.choice })
    #expect(try compiled.disagreement(sizes: ["N": 1, "H": 37, "W": 71]) == nil)
  }

  @Test func `Measured choices that are not legal or against rules have no influence`() throws {
    let graph = try Self.graph()
    let usual = try Self.plan(graph, TuningRecord())
    let decisions = usual.steps.flatMap(\.pixelCalls).map(\.decision)
    var policy = SchedulePolicy.automatic
    for decision in decisions {
      policy.measured.choices[decision.key] = ScheduleChoice(
        algorithm: .winograd4, tile: RegisterTile(channels: 500, vectors: 3),
        block: MatrixBlock(rows: 12, vectors: 2))
    }
    let plan = try Plan(graph, for: usual.target, policy: policy)
    #expect(plan.steps.flatMap(\.pixelCalls).map(\.decision) == decisions)
    for decision in decisions {
      policy.measured.choices[decision.key] =
        decision.candidates.first {
          $0.choice.algorithm != .direct
        }?.choice
    }
    policy.rules = [.init(.algorithm(.direct))]
    let direct = try Plan(graph, for: usual.target, policy: policy)
    #expect(direct.steps.flatMap(\.pixelCalls).allSatisfy { $0.winograd == nil })
  }

  @Test func `Pipelines follow what was measured`() throws {
    let graph = try Self.graph()
    var policy = SchedulePolicy.automatic
    policy.measured = try Self.measured.get().record.measured
    func measuredPipelines(_ rows: Int) throws -> [PixelPipeline] {
      for key in policy.measured.bandRows.keys { policy.measured.bandRows[key] = rows }
      let plan = try Plan(graph, for: Target.named(cpu: "x86-64"), policy: policy)
      return plan.steps.compactMap { step in
        guard case .pipeline(let pipeline) = step, pipeline.reason == "measured" else { return nil }
        return pipeline
      }
    }
    #expect(try measuredPipelines(0).isEmpty)
    let wide = try measuredPipelines(40)
    #expect(!wide.isEmpty && wide.allSatisfy { $0.step >= 40 })
  }

  @Test func `A record is read as it was written`() throws {
    let record = try Self.measured.get().record
    let read = try TuningRecord(json: record.json)
    #expect(read == record && read.json == record.json)
    #expect(read.cpu == TuningRecord.hostCPU && !read.cpu.isEmpty)
  }

  @Test(arguments: [
    "", "{", "[]", #"{"schema": "rescanc.tuning/1"}"#,
    #"{"schema": "rescanc.tuning/1", "cpu": "a", "kernels": [{}], "pipelines": []}"#,
    kernel(#""algorithm": "fft", "tile": [1, 1]"#), kernel(#""algorithm": "direct", "tile": [1]"#),
    kernel(#""algorithm": "direct", "tile": [0, 1]"#),
    kernel(#""algorithm": "direct", "tile": [1, 1], "block": [1, 1]"#),
    kernel(#""algorithm": "winograd4", "tile": [1, 1]"#),
    kernel(#""algorithm": "winograd4", "tile": [1, 1], "block": [1]"#),
    kernel(#""algorithm": "winograd4", "tile": [1, 99999999999], "block": [1, 1]"#),
    #"{"schema": "rescanc.tuning/1", "cpu": "a", "kernels": [], "pipelines": [{"computes": "a", "band_rows": -1, "seconds": 1}]}"#,
  ])
  func `A damaged record is refused`(_ text: String) {
    let error = #expect(throws: TuningFault.self) { try TuningRecord(json: Array(text.utf8)) }
    guard case .corrupt? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  private static func kernel(_ fields: String) -> String {
    #"{"schema": "rescanc.tuning/1", "cpu": "a", "pipelines": [], "kernels": ["#
      + #"{"computes": "a", "seconds": 1, "# + fields + "}]}"
  }

  @Test func `Another schema is named`() {
    let text = #"{"schema": "rescanc.tuning/2", "kernels": 7}"#
    let error = #expect(throws: TuningFault.self) { try TuningRecord(json: Array(text.utf8)) }
    #expect(error == .schema("rescanc.tuning/2"))
  }
}
