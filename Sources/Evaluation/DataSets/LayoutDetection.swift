/// Tells which layout a folder has.
struct LayoutDetection {
  private let root: FolderListing

  init(_ root: FolderListing) { self.root = root }

  /// The data set in the folder.
  ///
  /// - Parameter layout: nil to recognise it: two folders come first, then names, then halves.
  func dataSet(_ layout: Layout?) throws(EvaluationError) -> DataSet {
    switch layout {
    case .folders: return try require(try folders(), .folders)
    case .names: return try require(try names(), .names)
    case .sideBySide: return try require(sideBySide(), .sideBySide)
    case nil: break
    }
    if let found = try folders() { return found }
    if let found = try names() { return found }
    if let found = sideBySide(), try halvesAreAlike(found.pairs[0]) { return found }
    throw EvaluationError(.unknownLayout(seen: root.summary), at: root.path)
  }

  private func require(_ found: DataSet?, _ layout: Layout) throws(EvaluationError) -> DataSet {
    guard let found else { throw EvaluationError(.otherLayout(layout), at: root.path) }
    return found
  }

  // MARK: Two folders

  private func folders() throws(EvaluationError) -> DataSet? {
    var (rainy, clean) = (try folder(of: .rainy), try folder(of: .clean))
    // Of two folders one name tells enough, and clean pictures may lie beside the rainy folder.
    if root.folders.count == 2 {
      rainy = rainy ?? root.folders.first { $0 != clean && clean != nil }
      clean = clean ?? root.folders.first { $0 != rainy && rainy != nil }
    }
    guard let rainy, clean != nil || !root.pictures.isEmpty else { return nil }
    var cleanListing = root
    if let clean { cleanListing = try FolderListing(join(root.path, clean)) }
    return try DataSet(
      root.path, FolderListing(join(root.path, rainy)), cleanListing,
      folders: "\(rainy), \(clean ?? ".")")
  }

  /// The only sub-folder with a well-known name.
  private func folder(of role: Role) throws(EvaluationError) -> String? {
    let found = root.folders.filter { name in
      role.folderWords.contains(name.lowercased().filter { !"-_ ".contains($0) })
    }
    guard found.count <= 1 else {
      throw EvaluationError(.ambiguousFolders(found.joined(separator: ", ")), at: root.path)
    }
    return found.first
  }

  // MARK: One folder

  private func names() throws(EvaluationError) -> DataSet? {
    let rainy = root.pictures.filter { $0.role == .rainy }
    let clean = root.pictures.filter { $0.role == .clean }
    let matches = matchPictures(rainy, clean)
    if matches.isEmpty { return nil }
    let pairs = zip(matches, uniqueNames(matches.map(\.rainy))).map { match, name in
      PicturePair(
        name: name,
        source: .files(
          rainy: join(root.path, match.rainy.file), clean: join(root.path, match.clean.file)))
    }
    let matched = Set(matches.map(\.rainy))
    let alone = rainy.filter { !matched.contains($0) }
    return DataSet(root.path, .names, pairs, notes: notesOn(alone, in: root.path))
  }

  private func sideBySide() -> DataSet? {
    if root.pictures.isEmpty { return nil }
    let pairs = zip(root.pictures, uniqueNames(root.pictures)).map { picture, name in
      PicturePair(name: name, source: .halves(join(root.path, picture.file)))
    }
    return DataSet(root.path, .sideBySide, pairs)
  }

  /// Whether the halves show the same, by the correlation of their pixels; the halves of any other
  /// photo hardly have one.
  private func halvesAreAlike(_ pair: PicturePair) throws(EvaluationError) -> Bool {
    guard let (rainy, clean) = try? pair.load() else { return false }
    return correlation(rainy.planes, clean.planes) > 0.5
  }
}

private func correlation(_ first: [Float], _ second: [Float]) -> Double {
  let count = Double(first.count)
  var (x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
  for (a, b) in zip(first, second) {
    let (a, b) = (Double(a), Double(b))
    x += a
    y += b
    xx += a * a
    yy += b * b
    xy += a * b
  }
  let variances = (xx - x * x / count) * (yy - y * y / count)
  return variances > 0 ? (xy - x * y / count) / variances.squareRoot() : 0
}
