/// A rainy picture and the clean one that it should become.
package struct PicturePair: Hashable, Sendable {
  /// The name under which results are listed; no two pairs of a data set have the same.
  package let name: String
  /// Where its pictures are.
  package let source: Source

  /// Where the pictures of a pair are.
  package enum Source: Hashable, Sendable {
    /// Two files.
    case files(rainy: String, clean: String)
    /// The halves of one file, left clean, right rainy.
    case halves(String)
  }

  /// The file that messages are about.
  package var path: String {
    switch source {
    case .files(let rainy, _): rainy
    case .halves(let path): path
    }
  }

  /// Reads both pictures.
  ///
  /// - Throws: `EvaluationError.runtime` of unreadable files, `.oddWidth`, `.sizesDiffer`.
  package func load() throws(EvaluationError) -> (rainy: Picture, clean: Picture) {
    switch source {
    case .files(let rainyPath, let cleanPath):
      let (rainy, clean) = (try Picture(path: rainyPath), try Picture(path: cleanPath))
      guard rainy.size == clean.size else {
        throw EvaluationError(.sizesDiffer(rainy: rainy.size, clean: clean.size), at: rainyPath)
      }
      return (rainy, clean)
    case .halves(let path):
      let whole = try Picture(path: path)
      guard whole.width.isMultiple(of: 2) else {
        throw EvaluationError(.oddWidth(whole.width), at: path)
      }
      let (clean, rainy) = whole.halves
      return (rainy, clean)
    }
  }
}
