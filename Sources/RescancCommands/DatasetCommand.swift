package import ArgumentParser
internal import Evaluation
internal import Synchronization

/// `rescanc dataset`: makes and converts data sets.
package struct DatasetCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Convert data sets, and make rainy pictures from clean ones.",
    subcommands: [PairCommand.self, SplitCommand.self, SynthesizeCommand.self])

  package init() {}
}

/// `rescanc dataset pair`: pictures side by side.
struct PairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pair", abstract: "Write pairs side by side, left clean, right rainy, as PNG.")

  @OptionGroup var conversion: Conversion

  func run() throws { try conversion.run(to: .sideBySide) }
}

/// `rescanc dataset split`: two folders.
struct SplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split", abstract: "Write pairs to two folders, rainy and clean, as PNG.")

  @OptionGroup var conversion: Conversion

  func run() throws { try conversion.run(to: .folders) }
}

/// A data set to convert.
struct Conversion: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A data set and the folder to write to; with --rainy and --clean the latter alone.",
      valueName: "dataset> <output"))
  var paths: [String]

  @Option(help: "The folder of rainy pictures, with --clean in place of DATASET.")
  var rainy: String?

  @Option(help: "The folder of clean pictures, with --rainy in place of DATASET.")
  var clean: String?

  @Option(help: "How the data set lies on disk; recognised by default.")
  var layout: Layout?

  @OptionGroup var work: WorkOptions

  mutating func validate() throws {
    guard (rainy == nil) == (clean == nil) else {
      throw ValidationError("--rainy and --clean go together")
    }
    guard paths.count == (rainy == nil ? 2 : 1) else {
      throw ValidationError(
        rainy == nil
          ? "takes DATASET and OUTPUT" : "takes only OUTPUT beside --rainy and --clean")
    }
  }

  /// Writes the data set in another layout.
  fileprivate func run(to target: TargetLayout) throws {
    let output = paths[paths.count - 1]
    let dataSet = try load()
    for note in dataSet.notes { Streams.report(note: note) }
    let report = WorkReport(total: dataSet.pairs.count, isQuiet: work.quiet)
    try convert(dataSet, to: target, in: output, threads: work.threads) { report.take($1) }
    try report.finish(output)
    try Streams.write("\(output): written from \(dataSet.summary)\n")
  }

  private func load() throws -> DataSet {
    if let rainy, let clean { return try DataSet(rainy: rainy, clean: clean) }
    return try DataSet(paths[0], layout: layout)
  }
}

/// How the work on many files is done.
struct WorkOptions: ParsableArguments {
  @Option(help: "Threads; 0 for one per core.")
  var threads: Int = 0

  @Flag(help: "Show no progress.")
  var quiet = false

  mutating func validate() throws {
    guard 0...1024 ~= threads else { throw ValidationError("--threads takes 0 to 1024") }
  }
}

/// Counts pictures as they are done, and reports those that fail.
final class WorkReport: Sendable {
  private let total: Int
  private let progress: Progress
  private let streams = Streams.current
  private let failures = Mutex(0)

  init(total: Int, isQuiet: Bool) {
    self.total = total
    progress = Progress(total: total, isQuiet: isQuiet)
  }

  /// Takes what came of a picture.
  func take(_ error: EvaluationError?) {
    if let error {
      failures.withLock { $0 += 1 }
      progress.clear()
      Streams.$current.withValue(streams) { Streams.report(error: "\(error)") }
    }
    progress.advance()
  }

  /// Clears the progress.
  ///
  /// - Throws: `CommandError` of status 1 where something failed.
  func finish(_ place: String) throws {
    progress.clear()
    let failed = failures.withLock { $0 }
    guard failed == 0 else {
      throw CommandError(
        status: 1, message: "\(place): \(failed) of \(total) failed; see the messages above")
    }
  }
}
