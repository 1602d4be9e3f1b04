internal import GraphIR

/// The schedule of one pass over the pixels, with what led to it.
package struct ScheduleDecision: Hashable, Sendable {
  /// What was chosen.
  package var choice: ScheduleChoice
  /// Why.
  package var reason: String
}

/// Chooses the schedule of one pass over the pixels among those that are legal.
struct ScheduleChooser {
  let fused: Fused
  /// Shapes `[K, C, R, S]` of the parts' weights.
  let weights: [[Int]]
  /// Channels of the results.
  let channels: Int
  let target: Target

  /// What cannot be: a rule for the operation that no legal schedule follows.
  struct Refusal: Error {
    var rule: SchedulePolicy.Rule
    var reason: String
  }

  /// The best schedule of those that follow the rules. A rule for all operations is passed over
  /// where nothing follows it.
  func choose(_ rules: [SchedulePolicy.Rule]) throws(Refusal) -> ScheduleDecision {
    let obstacle = WinogradSchedule.obstacle(fused.parts, weights: weights)
    let isForced = rules.contains { if case .algorithm = $0.demand { true } else { false } }
    let algorithms = try filter(
      obstacle == nil ? [ScheduleChoice.Algorithm.winograd4, .direct] : [.direct], by: rules,
      obstacle ?? ""
    ) { if case .algorithm(let algorithm) = $0 { algorithm } else { nil } }
    let tile = RegisterTile.best(
      of: try filter(
        RegisterTile.candidates(
          accumulators: fused.accumulators, channels: channels,
          vectorRegisters: target.vectorRegisters), by: rules, tileLimits
      ) { if case .tile(let tile) = $0 { tile } else { nil } },
      accumulators: fused.accumulators, channels: channels)
    let direct = ScheduleChoice(algorithm: .direct, tile: tile)
    let blocks = try filter(
      obstacle == nil ? MatrixBlock.candidates(vectorRegisters: target.vectorRegisters) : [],
      by: rules, obstacle ?? blockLimits
    ) { if case .block(let block) = $0 { block } else { nil } }
    guard algorithms.contains(.winograd4), let block = blocks.first else {
      return ScheduleDecision(choice: direct, reason: isForced ? "a rule" : obstacle ?? "a rule")
    }
    let outputs = weights.first?[0] ?? 0
    guard outputs >= Self.fewestOutputs || isForced else {
      return ScheduleDecision(
        choice: direct, reason: "\(outputs) output channels, fewer than \(Self.fewestOutputs)")
    }
    return ScheduleDecision(
      choice: ScheduleChoice(algorithm: .winograd4, tile: tile, block: block),
      reason: isForced ? "a rule" : "3×3 kernels of stride 1, dilation \(dilations)")
  }

  private var dilations: String {
    Set(fused.parts.map { $0.window.dilation[0] }).sorted().map(String.init)
      .joined(separator: ", ")
  }

  private var tileLimits: String {
    "tiles have 1, 2 or 4 vectors and at most \(channels) channels, in "
      + "\(target.vectorRegisters * 3 / 4) registers with \(max(1, fused.accumulators)) accumulators"
  }

  private var blockLimits: String {
    "blocks have 1, 2 or 4 vectors, in \(target.vectorRegisters * 3 / 4) registers"
  }

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

  /// With fewer output channels the transforms of the input cost more than they save.
  private static let fewestOutputs = 8
}
