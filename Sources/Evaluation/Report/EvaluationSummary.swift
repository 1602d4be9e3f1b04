/// All that an evaluation found.
package struct EvaluationSummary: Encodable, Sendable {
  /// The model that was evaluated.
  package struct Model: Encodable, Sendable {
    /// The name of its file.
    package let file: String
    /// SHA-256 of its file.
    package let digest: String

    /// - Parameter digest: SHA-256 of the file.
    package init(file: String, digest: String) { (self.file, self.digest) = (file, digest) }
  }

  /// The data set.
  package struct Data: Encodable, Sendable {
    let place: String
    let layout: Layout
    let pairs: Int
  }

  /// A pair that could not be evaluated.
  package struct Failure: Encodable, Sendable {
    let name: String
    let error: String

    /// - Parameter error: The message.
    package init(name: String, error: String) { (self.name, self.error) = (name, error) }
  }

  /// The mean over all pictures.
  package struct Mean: Encodable, Sendable {
    let rainy: ScoreSet
    let stages: [ScoreSet]
    let derained: ScoreSet
  }

  /// The model that was evaluated.
  package let model: Model
  /// The data set.
  package let dataset: Data
  /// The protocols by which it was scored.
  package let metrics: [Metric]
  /// In the order of the data set.
  package let images: [ImageResult]
  /// nil where no picture was scored.
  package let mean: Mean?
  /// In the order of the data set.
  package let failed: [Failure]

  /// Sums up.
  package init(
    _ model: Model, _ dataSet: DataSet, _ metrics: [Metric], images: [ImageResult],
    failed: [Failure]
  ) {
    (self.model, self.metrics, self.images, self.failed) = (model, metrics, images, failed)
    dataset = Data(place: dataSet.place, layout: dataSet.layout, pairs: dataSet.pairs.count)
    let means = images.means(metrics).map(\.scores)
    mean = means.first.map { rainy in
      Mean(
        rainy: rainy, stages: Array(means.dropFirst().dropLast()),
        derained: means[means.count - 1])
    }
  }

  /// Columns of the mean, as those of every picture.
  package var meanColumns: [(name: String, scores: ScoreSet)] { images.means(metrics) }
}

extension EvaluationSummary {
  /// A line with the names of the columns, one for every picture, and the mean as the last one.
  package var csv: String {
    let columns = meanColumns.map(\.name)
    let names = metrics.flatMap { metric in
      columns.flatMap { ["\(metric)_\($0)_psnr", "\(metric)_\($0)_ssim"] }
    }
    var lines = [["image", "width", "height"] + names]
    for image in images {
      lines.append(
        [quoted(image.name), "\(image.width)", "\(image.height)"]
          + numbers(image.columns.map(\.scores)))
    }
    if !images.isEmpty { lines.append(["mean", "", ""] + numbers(meanColumns.map(\.scores))) }
    return lines.map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private func numbers(_ columns: [ScoreSet]) -> [String] {
    metrics.flatMap { metric in
      columns.flatMap { scores in
        scores[metric].map { ["\($0.psnr)", "\($0.ssim)"] } ?? ["", ""]
      }
    }
  }

  /// A name as RFC 4180 has it.
  private func quoted(_ name: String) -> String {
    guard name.contains(where: { "\",\r\n".contains($0) }) else { return name }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}
