internal import Evaluation
internal import Foundation
internal import Inspection

extension EvaluationSummary {
  /// The scores as text, a table for every protocol.
  func table(_ dataSet: DataSet) -> String {
    var facts = TextTable(wordColumns: 2)
    facts.add("model", model.file)
    facts.add("data", "\(dataSet.place): \(dataSet.summary)")
    return facts.text + metrics.map { "\n" + table($0) }.joined()
  }

  private func table(_ metric: Metric) -> String {
    var table = TextTable()
    let columns = meanColumns
    table.add(
      [metric.rawValue]
        + columns.flatMap { [$0.name.replacing("_", with: " "), "SSIM"] })
    for image in images {
      table.add([image.name] + image.columns.flatMap { cells($0.scores[metric]) })
    }
    if images.count > 1 { table.add(["mean"] + columns.flatMap { cells($0.scores[metric]) }) }
    return table.text
  }

  private func cells(_ scores: Scores?) -> [String] {
    guard let scores else { return ["", ""] }
    return [String(format: "%.3f dB", scores.psnr), String(format: "%.4f", scores.ssim)]
  }
}
