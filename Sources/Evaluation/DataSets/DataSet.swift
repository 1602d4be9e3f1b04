/// Pairs of rainy and clean pictures on disk.
package struct DataSet: Hashable, Sendable {
  /// Where it is, as it was named.
  package let place: String
  /// How it lies on disk.
  package let layout: Layout
  /// The names of the folders, in a layout that has them.
  package let folders: String?
  /// In the order of their names.
  package let pairs: [PicturePair]
  /// What was seen that the user may not expect.
  package let notes: [String]

  /// One line: the layout, the folders and how many pairs there are.
  package var summary: String {
    let names = folders.map { " (\($0))" } ?? ""
    return "\(layout.summary)\(names), \(pairs.count) pair\(pairs.count == 1 ? "" : "s")"
  }

  /// Reads the names of a data set's pictures.
  ///
  /// - Parameters:
  ///   - path: A folder, or a picture that is a pair side by side.
  ///   - layout: nil to recognise it.
  /// - Throws: `EvaluationError` where there is no such data set.
  package init(_ path: String, layout: Layout? = nil) throws(EvaluationError) {
    if isPictureName(path), !isFolder(path) {
      guard layout ?? .sideBySide == .sideBySide else {
        throw EvaluationError(.unreadableFolder, at: path)
      }
      let file = path.split(separator: "/").last.map(String.init) ?? path
      self.init(
        path, .sideBySide, [PicturePair(name: PictureName(file).stem, source: .halves(path))])
    } else {
      self = try LayoutDetection(FolderListing(path)).dataSet(layout)
    }
  }

  /// The pairs of two folders.
  ///
  /// - Throws: `EvaluationError.noPictures` and `.noPairs`.
  package init(rainy: String, clean: String) throws(EvaluationError) {
    try self.init(
      "\(rainy), \(clean)", FolderListing(rainy), FolderListing(clean), folders: nil)
  }

  /// The pairs of two folders that were listed.
  init(_ place: String, _ rainy: FolderListing, _ clean: FolderListing, folders: String?)
    throws(EvaluationError)
  {
    for listing in [rainy, clean] where listing.pictures.isEmpty {
      throw EvaluationError(.noPictures, at: listing.path)
    }
    let matches = matchPictures(rainy.pictures, clean.pictures)
    guard !matches.isEmpty else { throw EvaluationError(.noPairs, at: place) }
    let names = uniqueNames(matches.map(\.rainy))
    let pairs = zip(matches, names).map { match, name in
      PicturePair(
        name: name,
        source: .files(
          rainy: join(rainy.path, match.rainy.file), clean: join(clean.path, match.clean.file)))
    }
    let matched = Set(matches.map(\.rainy))
    let alone = rainy.pictures.filter { !matched.contains($0) }
    self.init(place, .folders, pairs, folders: folders, notes: notesOn(alone, in: rainy.path))
  }

  init(
    _ place: String, _ layout: Layout, _ pairs: [PicturePair], folders: String? = nil,
    notes: [String] = []
  ) {
    (self.place, self.layout, self.pairs) = (place, layout, pairs)
    (self.folders, self.notes) = (folders, notes)
  }
}

/// A rainy and a clean picture that belong together by their names.
struct Match {
  let rainy: PictureName
  let clean: PictureName
}

/// The clean picture of every rainy one, as far as there is one.
///
/// It has the same name, or the same but for the word that says which of the two it is, or that of
/// which the rainy one is a numbered variant.
func matchPictures(_ rainy: [PictureName], _ clean: [PictureName]) -> [Match] {
  let byStem = Dictionary(clean.map { ($0.stem, $0) }, uniquingKeysWith: { first, _ in first })
  let byKey = Dictionary(clean.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  return rainy.compactMap { picture in
    let found = byStem[picture.stem] ?? byKey[picture.key] ?? picture.origin.flatMap { byKey[$0] }
    return found.map { Match(rainy: picture, clean: $0) }
  }
}

/// Stems, with their suffixes where several pictures have the same stem.
func uniqueNames(_ pictures: [PictureName]) -> [String] {
  let counts = pictures.reduce(into: [String: Int]()) { $0[$1.stem, default: 0] += 1 }
  return pictures.map { counts[$0.stem] == 1 ? $0.stem : $0.file }
}

/// Says of rainy pictures that they have no clean one.
func notesOn(_ alone: [PictureName], in folder: String) -> [String] {
  if alone.isEmpty { return [] }
  let listed = alone.prefix(3).map(\.file).joined(separator: ", ") + (alone.count > 3 ? ", …" : "")
  let some = alone.count == 1 ? "1 rainy picture has" : "\(alone.count) rainy pictures have"
  return ["\(folder): \(some) no clean one and will be left out: \(listed)"]
}
