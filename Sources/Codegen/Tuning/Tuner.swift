package import GraphIR

/// Measures schedules of a graph on this machine.
///
/// Programs of the whole graph are compiled and run, each with one candidate for every pass that
/// was not measured before; what the steps take decides. Then pipelines are compared with the
/// steps that they are made of.
package struct Tuner {
  private let graph: Graph
  private let target: Target
  private let precision: Precision
  private let rules: [SchedulePolicy.Rule]
  private let shapes: [[Int]]
  private let deadline: ContinuousClock.Instant
  /// What was found so far.
  package private(set) var record: TuningRecord
  /// Seconds of every choice for every pass.
  private var times: [String: [ScheduleChoice: Double]] = [:]

  /// Prepares measurements.
  ///
  /// - Parameters:
  ///   - record: What is known already and not measured again.
  ///   - shapes: Those of the graph's inputs.
  ///   - seconds: No program is started after this time.
  package init(
    _ graph: Graph, for target: Target, precision: Precision, rules: [SchedulePolicy.Rule],
    record: TuningRecord, shapes: [[Int]], seconds: Double
  ) {
    self.graph = graph
    self.target = target
    self.precision = precision
    self.rules = rules
    self.record = record
    self.shapes = shapes
    deadline = .now + .seconds(seconds)
  }

  /// The size of image for which schedules are estimated.
  package static let usualSize = PixelProblem.usualSize

  /// Runs of a program, after one that touches its memory.
  private static let runs = 3
  /// Candidates that are estimated to take so many times as long as the best are not measured.
  private static let unlikely = 1.4
  /// Another schedule than the estimated one must save this share: less is noise.
  private static let leastGain = 0.02
  /// Rows of bands that are measured.
  private static let bandRows = [PixelPipeline.fewestRows, 4 * PixelPipeline.fewestRows]

  /// Measures what the record lacks.
  ///
  /// - Parameter progress: Is told of every program: its number and how many there are at most.
  /// - Returns: Whether there was time for everything.
  package mutating func measure(progress: (Int, Int) -> Void) throws -> Bool {
    let open = try openDecisions()
    let ranks = open.map(\.value.count).max() ?? 0
    let total = ranks + Self.bandRows.count
    for rank in 0..<ranks {
      guard ContinuousClock.now < deadline else {
        noteWinners(open)
        return false
      }
      progress(rank, total)
      try measure(rank: rank, of: open)
    }
    noteWinners(open)
    return try measurePipelines { progress(ranks + $0, total) }
  }

  private func plan(_ measured: MeasuredSchedules, _ demands: [SchedulePolicy.Demand]) throws
    -> Plan
  {
    var policy = SchedulePolicy(rules + demands.map { SchedulePolicy.Rule($0) })
    policy.measured = measured
    return try Plan(graph, for: target, precision: precision, policy: policy)
  }

  /// The likely candidates of every pass that was not measured, the best estimate first.
  private func openDecisions() throws -> [String: [ScheduleChoice]] {
    var open: [String: [ScheduleChoice]] = [:]
    for pixels in try plan(record.measured, []).steps.flatMap(\.pixelCalls) {
      let decision = pixels.decision
      guard record.measured.choices[decision.key] == nil else { continue }
      let best = decision.candidates.first { $0.choice == decision.choice }?.cycles ?? .infinity
      let others = decision.candidates.filter {
        $0.choice != decision.choice && $0.cycles < Self.unlikely * best
      }
      open[decision.key] = [decision.choice] + others.map(\.choice)
    }
    return open
  }

  // MARK: - Passes

  /// Measures one candidate of every pass that has so many.
  private mutating func measure(rank: Int, of open: [String: [ScheduleChoice]]) throws {
    var measured = record.measured
    for (key, candidates) in open {
      measured.choices[key] = candidates[min(rank, candidates.count - 1)]
    }
    let plan = try plan(measured, [.pipeline(false)])
    let seconds = try seconds(of: plan)
    let means = plan.meanSeconds(seconds) { $0.pixelCalls.first?.decision }
    for (decision, mean) in means {
      times[decision.key, default: [:]][decision.choice] = min(
        times[decision.key]?[decision.choice] ?? .infinity, mean)
    }
  }

  private mutating func noteWinners(_ open: [String: [ScheduleChoice]]) {
    for (key, candidates) in open {
      guard let known = times[key], let usual = known[candidates[0]] else { continue }
      var best = (choice: candidates[0], seconds: usual)
      for choice in candidates.dropFirst() {
        guard let seconds = known[choice], seconds < best.seconds,
          seconds < (1 - Self.leastGain) * usual
        else { continue }
        best = (choice, seconds)
      }
      record.note(best.choice, for: key, seconds: best.seconds)
    }
  }

  // MARK: - Pipelines

  private mutating func measurePipelines(progress: (Int) -> Void) throws -> Bool {
    var best: [String: (rows: Int, seconds: Double)] = [:]
    for (index, rows) in Self.bandRows.enumerated() {
      let plan = try plan(record.measured, [.pipeline(true), .bandRows(rows)])
      guard plan.pipelines.contains(where: { record.measured.bandRows[$0.key] == nil }) else {
        break
      }
      guard ContinuousClock.now < deadline else { return false }
      progress(index)
      let seconds = try seconds(of: plan)
      for (key, sum) in plan.meanSeconds(seconds, { $0.pipeline?.key }) {
        if sum < (1 - Self.leastGain) * (best[key]?.seconds ?? .infinity) {
          best[key] = (rows, sum)
        }
      }
    }
    try noteApart(&best)
    for (key, found) in best where record.measured.bandRows[key] == nil {
      record.note(bandRows: found.rows, for: key, seconds: found.seconds)
    }
    return true
  }

  /// Compares with what the passes take apart, where both were measured.
  private func noteApart(_ best: inout [String: (rows: Int, seconds: Double)]) throws {
    for pipeline in try plan(record.measured, [.pipeline(true)]).pipelines {
      let decisions = [pipeline.first.decision, pipeline.second.decision]
      let apart = decisions.compactMap { times[$0.key]?[$0.choice] }
      guard apart.count == 2, let joined = best[pipeline.key] else { continue }
      let sum = apart[0] + apart[1]
      if sum < (1 - Self.leastGain) * joined.seconds { best[pipeline.key] = (0, sum) }
    }
  }

  // MARK: - Runs

  /// The least that every step of a plan takes in some runs.
  private func seconds(of plan: Plan) throws -> [Double] {
    let program = try NativeProgram(plan, info: ProgramInfo([]), isProfiled: true)
    let session = try program.makeSession(threads: 0)
    let inputs = shapes.map { Planes.testPattern(shape: $0) }
    let outputs = session.makeOutputs(shapes: shapes).map(\.planes)
    var least = Array(repeating: Double.infinity, count: plan.steps.count)
    var before: [Double] = []
    for run in 0...Self.runs {
      before = try program.stepSeconds()
      try session.run(inputs, into: outputs, shapes: shapes)
      guard run > 0 else { continue }
      let after = try program.stepSeconds()
      for step in least.indices { least[step] = min(least[step], after[step] - before[step]) }
    }
    return least
  }
}

extension Step {
  fileprivate var pipeline: PixelPipeline? {
    if case .pipeline(let pipeline) = self { pipeline } else { nil }
  }
}

extension Plan {
  fileprivate var pipelines: [PixelPipeline] { steps.compactMap(\.pipeline) }

  /// What the steps of every kind take on average, of what every step takes.
  ///
  /// - Parameter kind: That of a step; nil for one that does not count.
  fileprivate func meanSeconds<Kind: Hashable>(
    _ seconds: [Double], _ kind: (Step) -> Kind?
  ) -> [Kind: Double] {
    var sums: [Kind: (seconds: Double, count: Int)] = [:]
    for (step, seconds) in zip(steps, seconds) {
      guard let kind = kind(step) else { continue }
      let known = sums[kind] ?? (0, 0)
      sums[kind] = (known.seconds + seconds, known.count + 1)
    }
    return sums.mapValues { $0.seconds / Double($0.count) }
  }
}
