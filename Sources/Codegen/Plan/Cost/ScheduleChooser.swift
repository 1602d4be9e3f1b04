internal import GraphIR

/// The schedule of one pass over the pixels, with what led to it.
package struct ScheduleDecision: Hashable, Sendable {
  /// What is computed, as text that is the same in every network (``PixelProblem``).
  package var key: String
  /// What was chosen.
  package var choice: ScheduleChoice
  /// Why.
  package var reason: String
  /// What was estimated: of every algorithm that is legal the best, then others, the best first.
  package var candidates: [ScheduleCandidate]
  /// Algorithms that are not legal.
  package var obstacles: [ScheduleObstacle]
}

/// Cycles that one core takes for a vector of pixels of all channels.
package struct PassRates: Hashable, Sendable {
  /// In whole spans of tiles, or everywhere where there are none.
  package var inSpans: Double
  /// In the rows and columns that are left, which are computed directly.
  package var elsewhere: Double
}

/// A schedule that could have been chosen.
package struct ScheduleCandidate: Hashable, Sendable {
  /// The schedule.
  package var choice: ScheduleChoice
  /// Estimated cycles of a core for a pixel of all channels.
  package var cycles: Double
}

/// An algorithm that does not apply.
package struct ScheduleObstacle: Hashable, Sendable {
  /// The algorithm.
  package var algorithm: ScheduleChoice.Algorithm
  /// What is in its way.
  package var reason: String
}

/// Chooses the schedule of one pass over the pixels: of those that are legal and follow the rules
/// the one that is estimated to take the least time.
struct ScheduleChooser {
  let problem: PixelProblem
  let target: Target
  private let model: CostModel
  private let key: String

  init(_ problem: PixelProblem, for target: Target) {
    key = problem.key(for: target)
    self.problem = problem
    self.target = target
    model = CostModel(problem, for: target)
  }

  /// What cannot be: a rule for the operation that no legal schedule follows.
  struct Refusal: Error {
    var rule: SchedulePolicy.Rule
    var reason: String
  }

  /// The best schedule, measured or estimated.
  ///
  /// A rule for all operations is passed over where nothing follows it.
  func choose(
    _ rules: [SchedulePolicy.Rule], measured: MeasuredSchedules
  ) throws(Refusal) -> ScheduleDecision {
    let decision = try estimate(rules)
    guard let choice = measured.choices[key], choice != decision.choice else {
      guard measured.choices[key] != nil else { return decision }
      var confirmed = decision
      confirmed.reason = Self.measuredReason
      return confirmed
    }
    // What does not follow the rules, or is not legal, has no influence.
    let demands: [SchedulePolicy.Demand] =
      [.algorithm(choice.algorithm), .tile(choice.tile)] + (choice.block.map { [.block($0)] } ?? [])
    let followed = try estimate(rules + demands.map { SchedulePolicy.Rule($0) })
    guard followed.choice == choice else { return decision }
    var other = decision
    (other.choice, other.reason) = (choice, Self.measuredReason)
    return other
  }

  private static let measuredReason = "measured"

  /// What a schedule takes for a vector of pixels.
  func rates(_ choice: ScheduleChoice) -> PassRates { model.rates(choice) }

  /// The schedule that is estimated to take the least time.
  private func estimate(_ rules: [SchedulePolicy.Rule]) throws(Refusal) -> ScheduleDecision {
    let obstacles = obstacles
    let legal = ScheduleChoice.Algorithm.allCases.filter { algorithm in
      !obstacles.contains { $0.algorithm == algorithm }
    }
    let why = obstacles.map(\.reason).first ?? ""
    let algorithms = try filter(legal, by: rules, why) {
      if case .algorithm(let algorithm) = $0 { algorithm } else { nil }
    }
    let tile = try bestTile(rules)
    let blocks = try filter(
      legal == [.direct] ? [] : MatrixBlock.candidates(vectorRegisters: target.vectorRegisters),
      by: rules, legal == [.direct] ? why : blockLimits
    ) { if case .block(let block) = $0 { block } else { nil } }
    // In the order of preference where estimates are equal.
    let all = legal.flatMap { algorithm -> [ScheduleCandidate] in
      guard algorithm != .direct else {
        return [candidate(ScheduleChoice(algorithm: .direct, tile: tile))]
      }
      let choices = blocks.map { ScheduleChoice(algorithm: algorithm, tile: tile, block: $0) }
      return choices.map(candidate).sortedByCycles
    }
    let possible = all.filter { algorithms.contains($0.choice.algorithm) }.sortedByCycles
    guard let best = possible.first else { preconditionFailure("no schedule is legal") }
    return ScheduleDecision(
      key: key, choice: best.choice, reason: reason(best, of: all, legal, algorithms, obstacles),
      candidates: shown(all), obstacles: obstacles)
  }

  private func candidate(_ choice: ScheduleChoice) -> ScheduleCandidate {
    ScheduleCandidate(choice: choice, cycles: model.cyclesPerPixel(choice))
  }

  /// Algorithms that do not apply.
  private var obstacles: [ScheduleObstacle] {
    guard let reason = WinogradSchedule.obstacle(problem.fused.parts, weights: problem.weights)
    else { return [] }
    return ScheduleChoice.Algorithm.allCases.filter { $0 != .direct }
      .map { ScheduleObstacle(algorithm: $0, reason: reason) }
  }

  private func reason(
    _ best: ScheduleCandidate, of all: [ScheduleCandidate],
    _ legal: [ScheduleChoice.Algorithm], _ algorithms: [ScheduleChoice.Algorithm],
    _ obstacles: [ScheduleObstacle]
  ) -> String {
    if legal.count == 1 { return obstacles.first?.reason ?? "there is no other" }
    if algorithms.count < legal.count { return "a rule" }
    let other = all.filter { $0.choice.algorithm != best.choice.algorithm }.sortedByCycles.first
    return "\(best.cyclesText) cycles a pixel"
      + (other.map { ", \($0.choice.algorithm.rawValue) \($0.cyclesText)" } ?? "")
  }

  /// The best of every algorithm and the next ones of all.
  private func shown(_ all: [ScheduleCandidate]) -> [ScheduleCandidate] {
    let first = all.indices.filter { index in
      !all[..<index].contains { $0.choice.algorithm == all[index].choice.algorithm }
    }.map { all[$0] }
    let others = all.sortedByCycles.filter { !first.contains($0) }.prefix(Self.othersShown)
    return (first + others).sortedByCycles
  }

  private static let othersShown = 2

  // MARK: - Tiles

  /// The tile with which direct convolution takes the least time.
  private func bestTile(_ rules: [SchedulePolicy.Rule]) throws(Refusal) -> RegisterTile {
    let accumulators = max(1, problem.fused.accumulators)
    let budget = target.vectorRegisters * 3 / 4
    let tiles = try filter(
      RegisterTile.candidates(
        accumulators: accumulators, channels: problem.channels,
        vectorRegisters: target.vectorRegisters), by: rules,
      "tiles have 1, 2 or 4 vectors and at most \(problem.channels) channels, in \(budget) "
        + "registers with \(accumulators) accumulators"
    ) { if case .tile(let tile) = $0 { tile } else { nil } }
    return RegisterTile.best(of: tiles, by: model.computation)
  }

  private var blockLimits: String {
    "blocks have 1, 2 or 4 vectors, in \(target.vectorRegisters * 3 / 4) registers"
  }

  // MARK: - Rules

  /// The candidates that follow all rules that some follow.
  ///
  /// - Parameter wanted: The candidate that a demand is for; nil for one about something else.
  private func filter<Candidate: Equatable>(
    _ candidates: [Candidate], by rules: [SchedulePolicy.Rule], _ reason: String,
    _ wanted: (SchedulePolicy.Demand) -> Candidate?
  ) throws(Refusal) -> [Candidate] {
    var left = candidates
    for rule in rules {
      guard let candidate = wanted(rule.demand) else { continue }
      if left.contains(candidate) {
        left = [candidate]
      } else if rule.operation != nil {
        throw Refusal(rule: rule, reason: reason)
      }
    }
    return left
  }
}

extension [ScheduleCandidate] {
  /// The best first; equal ones stay in their order.
  fileprivate var sortedByCycles: [ScheduleCandidate] {
    enumerated().sorted { ($0.element.cycles, $0.offset) < ($1.element.cycles, $1.offset) }
      .map(\.element)
  }
}

extension ScheduleCandidate {
  /// The cycles with one decimal.
  package var cyclesText: String { ((cycles * 10).rounded() / 10).description }
}
