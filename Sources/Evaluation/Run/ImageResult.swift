/// Scores by protocol.
package struct ScoreSet: Codable, Hashable, Sendable {
  /// By the protocol `rgb`, where it was asked for.
  package var rgb: Scores?
  /// By the protocol `y`, where it was asked for.
  package var y: Scores?

  /// The scores by some protocols.
  init(_ metrics: [Metric], _ scores: (Metric) -> Scores) {
    rgb = metrics.contains(.rgb) ? scores(.rgb) : nil
    y = metrics.contains(.y) ? scores(.y) : nil
  }

  /// The scores by one protocol.
  package subscript(metric: Metric) -> Scores? { metric == .rgb ? rgb : y }
}

/// The scores of one pair.
package struct ImageResult: Codable, Hashable, Sendable {
  /// Of the pair.
  package let name: String
  /// In pixels.
  package let width: Int
  /// In pixels.
  package let height: Int
  /// Of the picture as it came.
  package let rainy: ScoreSet
  /// After every stage but the last, where that was asked for.
  package let stages: [ScoreSet]
  /// Of the result.
  package let derained: ScoreSet

  /// What there are scores of, in order: `rainy`, `stage_1`, …, `derained`.
  package var columns: [(name: String, scores: ScoreSet)] {
    [("rainy", rainy)] + stages.enumerated().map { ("stage_\($0 + 1)", $1) }
      + [("derained", derained)]
  }
}

extension [ImageResult] {
  /// The mean of every column.
  package func means(_ metrics: [Metric]) -> [(name: String, scores: ScoreSet)] {
    guard let first else { return [] }
    return first.columns.indices.map { column in
      let sets = map { $0.columns[column].scores }
      let means = ScoreSet(metrics) { metric in
        sets.compactMap { $0[metric] }.mean ?? Scores(psnr: .nan, ssim: .nan)
      }
      return (first.columns[column].name, means)
    }
  }
}
