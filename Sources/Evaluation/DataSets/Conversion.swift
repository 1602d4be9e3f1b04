/// The layout in which a data set is written.
package enum TargetLayout: Hashable, Sendable {
  /// Folders `rainy` and `clean`.
  case folders
  /// Left clean, right rainy.
  case sideBySide
}

/// Writes pairs into a folder, as PNG, which loses nothing.
package struct PairWriter: Sendable {
  private let folder: String
  private let layout: TargetLayout

  /// Creates the folders.
  ///
  /// - Throws: `EvaluationError.cannotWrite`.
  package init(_ folder: String, _ layout: TargetLayout) throws(EvaluationError) {
    (self.folder, self.layout) = (folder, layout)
    try makeFolder(folder)
    guard layout == .folders else { return }
    for name in ["rainy", "clean"] { try makeFolder(join(folder, name)) }
  }

  /// Writes one pair.
  ///
  /// - Parameter name: Without suffix.
  package func write(rainy: Picture, clean: Picture, name: String) throws(EvaluationError) {
    switch layout {
    case .folders:
      try rainy.save(path: join(folder, "rainy/\(name).png"))
      try clean.save(path: join(folder, "clean/\(name).png"))
    case .sideBySide:
      try clean.beside(rainy).save(path: join(folder, "\(name).png"))
    }
  }
}

/// Writes a data set in another layout.
///
/// - Parameter deliver: Is told of every pair in order, with what went wrong with it.
/// - Throws: `EvaluationError.cannotWrite` where the folder cannot be made.
package func convert(
  _ dataSet: DataSet, to layout: TargetLayout, in folder: String, threads: Int,
  deliver: @escaping @Sendable (Int, EvaluationError?) -> Void
) throws(EvaluationError) {
  let writer = try PairWriter(folder, layout)
  let work = OrderedWork(count: dataSet.pairs.count, deliver: deliver)
  work.run(workers: threads) { index in
    do throws(EvaluationError) {
      let pair = dataSet.pairs[index]
      let (rainy, clean) = try pair.load()
      try writer.write(rainy: rainy, clean: clean, name: pair.name)
      return nil
    } catch {
      return error
    }
  }
}
