internal import Codegen
internal import Foundation
internal import GraphIR
internal import Inspection

/// How long the steps of a plan take in one run, for `bench --profile`.
struct StepProfile {
  /// One step of the plan.
  struct Line {
    /// The number of the step in `inspect --at planned`.
    var number: Int
    /// What the step does, and with which schedule.
    var kind: String
    /// The layer and the stage that it belongs to, where that is known.
    var layer: String
    var seconds: Double
    /// Additions and multiplications of direct convolution.
    var operations: Double
  }

  private let lines: [Line]
  /// What the machine can do at best, in operations a second.
  private let peak: Double

  /// - Parameter seconds: What every step took in a run.
  init(_ plan: Plan, seconds: [Double], symbols: [String: Int], peak: Double) {
    self.peak = peak
    lines = plan.steps.indices.map { index in
      let step = plan.steps[index]
      return Line(
        number: index, kind: plan.kind(of: step), layer: plan.layer(of: step),
        seconds: seconds[index], operations: plan.operations(of: step, symbols))
    }
  }

  private var total: Double { lines.reduce(0) { $0 + $1.seconds } }

  /// Steps that take less than this share are summed up.
  private static let smallestShare = 0.005

  /// A table of the steps that take long, in order, and what is left.
  var text: String {
    var table = TextTable(wordColumns: 3)
    table.add("step", "kind", "layer", "ms", "share", "GFLOP/s", "of peak")
    var rest = (count: 0, seconds: 0.0)
    for line in lines {
      guard line.seconds >= Self.smallestShare * total else {
        rest = (rest.count + 1, rest.seconds + line.seconds)
        continue
      }
      let rate = line.operations / line.seconds
      table.add(
        [String(line.number), line.kind, line.layer] + times(line.seconds)
          + (rate > 0 ? [format(rate / 1e9, 1), format(100 * rate / peak, 0) + " %"] : ["", ""]))
    }
    if rest.count > 0 {
      table.add(["", "\(rest.count) others", ""] + times(rest.seconds) + ["", ""])
    }
    return table.lines.joined(separator: "\n")
  }

  private func times(_ seconds: Double) -> [String] {
    [format(1e3 * seconds, 3), format(100 * seconds / total, 1) + " %"]
  }

  private func format(_ number: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", number)
  }

  /// All steps, in order, as values for JSON.
  var json: [[String: Any]] {
    lines.map {
      [
        "step": $0.number, "kind": $0.kind, "layer": $0.layer, "seconds": $0.seconds,
        "gflop": $0.operations / 1e9,
      ]
    }
  }
}

extension Plan {
  /// The kind of a step, with the schedule of passes over the pixels.
  fileprivate func kind(of step: Step) -> String {
    let schedules = step.pixelCalls.map { $0.winograd == nil ? "direct" : "winograd" }
    return schedules.isEmpty ? step.kind : schedules.joined(separator: " + ")
  }

  /// The layer and the stage of what a step computes.
  fileprivate func layer(of step: Step) -> String {
    let value: ValueID? =
      switch step {
      case .reduceMean(let value): value
      case .scaleWeights(let weights): weights.scale
      default: step.results.last
      }
    guard let origin = value.flatMap(graph.producer(of:))?.provenance else { return "" }
    let stage = origin.stage.map { "stage \($0)" }
    return [origin.layer ?? origin.source, stage].compactMap(\.self).joined(separator: ", ")
  }

  /// Operations of the convolutions of a step, for one image.
  fileprivate func operations(of step: Step, _ symbols: [String: Int]) -> Double {
    step.pixelCalls.reduce(0) { sum, pixels in
      let weights = pixels.call.parts.reduce(0) { count, part in
        count + (graph.type(of: part.weight).fixedShape ?? []).reduce(1, *)
      }
      let extents = [pixels.extents.height, pixels.extents.width].map {
        Double($0.evaluated(symbols) ?? 0)
      }
      return sum + 2 * Double(weights) * extents[0] * extents[1]
    }
  }
}
