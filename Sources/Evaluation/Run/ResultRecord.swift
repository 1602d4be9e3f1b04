internal import Foundation

/// What two runs must have in common for the results of one to count for the other.
package struct RunIdentity: Codable, Hashable, Sendable {
  /// The digest of the model's file.
  package let model: String
  /// Import options, as on the command line.
  package let options: String
  /// The names of the protocols, with commas between them.
  package let metrics: String
  /// Whether every stage is scored.
  package let allStages: Bool
  /// Where the data set is.
  package let dataset: String
  /// How that lies on disk.
  package let layout: Layout

  /// - Parameters:
  ///   - model: The digest of the model's file.
  ///   - options: Import options, as on the command line.
  package init(
    model: String, options: String, _ job: EvaluationJob, _ dataSet: DataSet
  ) {
    (self.model, self.options) = (model, options)
    metrics = job.metrics.map(\.rawValue).joined(separator: ",")
    allStages = job.allStages
    dataset = dataSet.place.split(separator: ", ").map {
      URL(fileURLWithPath: String($0)).standardizedFileURL.path
    }.joined(separator: ", ")
    layout = dataSet.layout
  }

  /// What differs first, in words: its name, the other's value and the own one.
  fileprivate func difference(from other: RunIdentity) -> EvaluationFault? {
    let facts = [
      ("model", other.model, model), ("import option", other.options, options),
      ("protocol", other.metrics, metrics),
      ("choice of stages", "\(other.allStages)", "\(allStages)"),
      ("data set", other.dataset, dataset), ("layout", other.layout.rawValue, layout.rawValue),
    ]
    return facts.first { $1 != $2 }.map { .otherRun($0, recorded: $1, now: $2) }
  }
}

/// A file to which every result is appended once it is known: a line of JSON that says which run
/// it is, and one for every pair.
package final class ResultRecord: Sendable {
  private let path: String
  private let file: FileHandle
  /// Results of earlier runs.
  package let earlier: [ImageResult]

  /// Opens the file, or creates it.
  ///
  /// A last line that was not written to its end is cut off.
  ///
  /// - Throws: `EvaluationError.otherRun` where it is about another run, `.corruptRecord` where it is
  ///   no such file, `.cannotWrite`.
  package init(path: String, _ identity: RunIdentity) throws(EvaluationError) {
    let header = try line(identity, path)
    let found = FileManager.default.contents(atPath: path) ?? Data()
    let kept: Int
    if header.starts(with: found) {
      try writeText(String(decoding: header, as: UTF8.self), to: path)
      (kept, earlier) = (header.count, [])
    } else {
      (earlier, kept) = try read(found, identity, path)
    }
    do {
      file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.truncate(atOffset: UInt64(kept))
      try file.seekToEnd()
    } catch {
      throw EvaluationError(.cannotWrite("the file cannot be opened"), at: path)
    }
    self.path = path
  }

  /// Appends a result.
  ///
  /// - Throws: `EvaluationError.cannotWrite`.
  package func append(_ result: ImageResult) throws(EvaluationError) {
    let line = try line(result, path)
    do {
      try file.write(contentsOf: line)
    } catch {
      throw EvaluationError(.cannotWrite("a result cannot be appended"), at: path)
    }
  }
}

/// A line of JSON.
private func line(_ value: some Encodable, _ path: String) throws(EvaluationError) -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return try encoder.encode(value) + Data("\n".utf8)
  } catch {
    throw EvaluationError(.cannotWrite("a number has no JSON form"), at: path)
  }
}

/// The results in a record, and how many of its bytes are whole lines.
private func read(_ bytes: Data, _ identity: RunIdentity, _ path: String) throws(EvaluationError)
  -> ([ImageResult], Int)
{
  let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  // What follows the last line break was not written to its end.
  let whole = lines.dropLast()
  let decoder = JSONDecoder()
  guard let header = whole.first, let other = try? decoder.decode(RunIdentity.self, from: header)
  else { throw EvaluationError(.corruptRecord(line: 1), at: path) }
  if let difference = identity.difference(from: other) {
    throw EvaluationError(difference, at: path)
  }
  var results: [ImageResult] = []
  for (index, line) in whole.enumerated().dropFirst() {
    guard let result = try? decoder.decode(ImageResult.self, from: line) else {
      throw EvaluationError(.corruptRecord(line: index + 1), at: path)
    }
    results.append(result)
  }
  return (results, bytes.count - (lines.last?.count ?? 0))
}
