package import ArgumentParser
internal import Codegen
internal import Evaluation
internal import Foundation
internal import Importers

/// `rescanc eval`: how well a model derains the pictures of a data set.
package struct EvalCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Score a model on a data set by PSNR and SSIM.",
    discussion: """
      DATASET is a folder with two folders of equal names (rain and norain, rainy and clean, input \
      and target, data and gt), or of pictures side by side (left clean, right rainy), or of \
      pictures told by name (rain-001 and norain-001).
      """)

  @OptionGroup package var modelOptions: ModelOptions

  @OptionGroup var dataSetOptions: DataSetOptions

  @Option(help: "Protocols: rgb (float, unclipped, all channels), y (8-bit luma), or rgb,y.")
  var metrics: MetricList = MetricList(metrics: Metric.allCases)

  @Flag(help: "Score every stage.")
  var allStages = false

  @Option(help: "Write the scores as comma-separated values.", completion: .file())
  var csv: String?

  @Option(help: "Write the scores as JSON.", completion: .file())
  var json: String?

  @Option(help: "Record every result in a file, and go on with what is in it.", completion: .file())
  var resume: String?

  @Option(
    help: "The folder for strips: rainy, every stage, derained, clean, rain.",
    completion: .directory)
  var sideBySide: String?

  @Option(
    help: "Write a page to look at; its pictures go to a folder beside it.", completion: .file())
  var report: String?

  @Option(help: "Threads; 0 for one per core.")
  var threads: Int = 0

  @Flag(help: "Show no progress.")
  var quiet = false

  package init() {}

  package mutating func validate() throws {
    guard 0...1024 ~= threads else { throw ValidationError("--threads takes 0 to 1024") }
    guard resume != "-", report != "-" else {
      throw ValidationError("--resume and --report take the name of a file")
    }
  }

  package func run() throws {
    for file in [csv, json, report, resume].compactMap(\.self) { try checkFile(file) }
    let dataSet = try dataSetOptions.load()
    let model = try modelOptions.load()
    let job = try makeJob()
    let record = try resume.map { path in
      try ResultRecord(
        path: path,
        RunIdentity(
          model: model.digest, options: modelOptions.importing.text, job, dataSet))
    }
    let results = try evaluate(model, dataSet, job, record)
    let failed = results.failures.map { failure in
      EvaluationSummary.Failure(name: failure.pair.name, error: "\(failure.error)")
    }
    let summary = EvaluationSummary(
      EvaluationSummary.Model(file: fileName(modelOptions.model), digest: model.digest), dataSet,
      job.metrics, images: results.images, failed: failed)
    // What is written to standard output is for a program to read.
    if csv != "-", json != "-" { try Streams.write(summary.table(dataSet)) }
    try write(summary)
    try results.check(count: dataSet.pairs.count, place: dataSet.place)
  }

  /// The job; folders that it writes to are there then.
  private func makeJob() throws -> EvaluationJob {
    let pictures = report.map(HTMLReport.picturesFolder)
    for folder in [sideBySide, pictures] {
      if let folder { try Evaluation.makeFolder(folder) }
    }
    return EvaluationJob(
      metrics: metrics.metrics, allStages: allStages, strips: sideBySide,
      reportPictures: pictures)
  }

  private func evaluate(
    _ model: Model, _ dataSet: DataSet, _ job: EvaluationJob, _ record: ResultRecord?
  ) throws -> EvaluationResults {
    let isWritten = { (pair: PicturePair) in
      job.files(for: pair).allSatisfy(FileManager.default.fileExists(atPath:))
    }
    let results = EvaluationResults(dataSet.pairs, record, isQuiet: quiet, isWritten)
    let rest = results.rest
    if rest.isEmpty { return results }
    let wantsStages = allStages || sideBySide != nil
    let network = try about(modelOptions.model) {
      try Network(model, modelOptions.importing, allStages: wantsStages)
    }
    results.begin()
    Evaluation.evaluate(network, on: rest, job, threads: threads) { results.take($0, $1) }
    results.finish()
    return results
  }

  private func write(_ summary: EvaluationSummary) throws {
    if let csv { try writeText(summary.csv, to: csv) }
    if let json { try writeJSON(summary, to: json) }
    if let report { try writeText(HTMLReport(summary, path: report).text, to: report) }
  }
}

/// The last part of a path.
private func fileName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// Protocols on the command line, with commas between them.
struct MetricList: ExpressibleByArgument {
  let metrics: [Metric]

  init(metrics: [Metric]) { self.metrics = metrics }

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false)
    let chosen = names.compactMap { Metric(rawValue: String($0)) }
    guard chosen.count == names.count, Set(chosen).count == chosen.count else { return nil }
    // In their own order, so that tables do not depend on how they were named.
    metrics = Metric.allCases.filter(chosen.contains)
  }

  var defaultValueDescription: String { metrics.map(\.rawValue).joined(separator: ",") }
  static var allValueStrings: [String] { Metric.allCases.map(\.rawValue) + ["rgb,y"] }
}
