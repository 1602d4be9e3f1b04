internal import ArgumentParser
internal import Evaluation

extension Layout: ExpressibleByArgument {}

/// Where a data set is, on every command that reads one.
struct DataSetOptions: ParsableArguments {
  @Argument(
    help: "A data set: two folders of equal names, pictures side by side, or told by name.")
  var dataset: String?

  @Option(help: "The folder of rainy pictures, with --clean in place of DATASET.")
  var rainy: String?

  @Option(help: "The folder of clean pictures, with --rainy in place of DATASET.")
  var clean: String?

  @Option(help: "How the data set lies on disk; recognised by default.")
  var layout: Layout?

  mutating func validate() throws {
    guard (rainy == nil) == (clean == nil) else {
      throw ValidationError("--rainy and --clean go together")
    }
    if rainy == nil, dataset == nil {
      throw ValidationError("Missing expected argument '<dataset>'")
    }
    if rainy != nil, layout != nil, layout != .folders {
      throw ValidationError("--rainy and --clean name two folders, which is --layout folders")
    }
  }

  /// The data set; what is odd about it is said.
  func load() throws -> DataSet {
    let dataSet = try find()
    for note in dataSet.notes { Streams.report(note: note) }
    return dataSet
  }

  private func find() throws -> DataSet {
    if let rainy, let clean {
      return try DataSet(rainy: rainy, clean: clean)
    }
    return try DataSet(dataset ?? ".", layout: layout)
  }
}
