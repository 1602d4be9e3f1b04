internal import Foundation

/// What was done to make rainy pictures, as it is written beside them.
package struct RainRecord: Codable, Hashable, Sendable {
  /// The rain of one picture.
  package struct Entry: Codable, Hashable, Sendable {
    /// Of the picture, without suffix.
    package let name: String
    /// The rain.
    package let rain: RainRecipe
  }

  /// The way rain is drawn; another number means that the same recipe gives other pictures.
  package let streaks: Int
  /// The seed from which those of the pictures follow.
  package let seed: UInt64
  /// The ranges to choose from.
  package let settings: RainSettings
  /// In the order of the names.
  package let pictures: [Entry]
}

/// Makes rainy pictures from the clean ones in a folder and writes both, and `rain.json`.
///
/// - Parameter deliver: Is told of every picture in order, with what went wrong with it.
/// - Throws: `EvaluationError` where there are no pictures or the folder cannot be made.
package func synthesize(
  from clean: String, to folder: String, _ layout: TargetLayout, seed: UInt64,
  _ settings: RainSettings, threads: Int,
  deliver: @escaping @Sendable (EvaluationError?) -> Void
) throws(EvaluationError) {
  let listing = try FolderListing(clean)
  guard !listing.pictures.isEmpty else { throw EvaluationError(.noPictures, at: clean) }
  let names = uniqueNames(listing.pictures)
  let record = RainRecord(
    streaks: 1, seed: seed, settings: settings,
    pictures: names.map { name in
      let rain = RainRecipe(seed: derivedSeed(seed, name: name), settings)
      return RainRecord.Entry(name: name, rain: rain)
    })
  let writer = try PairWriter(folder, layout)
  let work = OrderedWork<EvaluationError?>(count: names.count) { deliver($1) }
  work.run(workers: threads) { index in
    do throws(EvaluationError) {
      let picture = try Picture(path: join(clean, listing.pictures[index].file))
      let rainy = record.pictures[index].rain.rain(on: picture)
      try writer.write(rainy: rainy, clean: picture, name: names[index])
      return nil
    } catch {
      return error
    }
  }
  try writeJSON(record, to: join(folder, "rain.json"))
}

/// The number of pictures in a folder.
///
/// - Throws: `EvaluationError.unreadableFolder`.
package func pictureCount(in folder: String) throws(EvaluationError) -> Int {
  try FolderListing(folder).pictures.count
}

/// Writes a value as JSON, as `writeText` does.
///
/// - Throws: `EvaluationError.cannotWrite`, `.runtime`.
package func writeJSON(_ value: some Encodable, to path: String) throws(EvaluationError) {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  do {
    try writeText(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n", to: path)
  } catch let error as EvaluationError {
    throw error
  } catch {
    throw EvaluationError(.cannotWrite("a number has no JSON form"), at: path)
  }
}
