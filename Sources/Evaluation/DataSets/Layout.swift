/// How the pictures of a data set lie on disk.
package enum Layout: String, CaseIterable, Codable, Hashable, Sendable {
  /// Two folders; pictures of equal names belong together.
  case folders
  /// One folder of pictures of which the left half is clean and the right half rainy.
  case sideBySide = "side-by-side"
  /// One folder in which names tell: `rain-001.png` and `norain-001.png`.
  case names

  /// What such a data set is, in a few words.
  package var summary: String {
    switch self {
    case .folders: "two folders of equal names"
    case .sideBySide: "pictures side by side, left clean, right rainy"
    case .names: "one folder, rainy and clean told by name"
    }
  }
}
