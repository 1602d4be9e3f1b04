/// What the name of a picture tells about it.
struct PictureName: Hashable, Sendable {
  /// The name in its folder.
  let file: String
  /// The name without its suffix.
  let stem: String
  /// Whether the name says that the picture is rainy or clean.
  let role: Role?
  /// What is left of the stem without the word for the role, in small letters.
  let key: String

  init(_ file: String) {
    self.file = file
    stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    (role, key) = Self.parse(stem.lowercased())
  }

  /// The key without the number of a variant: `901_14` is made from `901`, `001x2` from `001`.
  var origin: String? {
    guard let cut = key.lastIndex(where: { !$0.isNumber }), key[cut...].dropFirst().count > 0,
      cut > key.startIndex, "_-x".contains(key[cut])
    else { return nil }
    return String(key[..<cut])
  }

  /// Splits `rain-001` or `001_clean` into the role and the rest.
  private static func parse(_ stem: String) -> (Role?, String) {
    let separators = "-_ ."
    for role in Role.allCases {
      for word in role.pictureWords {
        if stem.hasPrefix(word), let next = stem.dropFirst(word.count).first,
          separators.contains(next) || next.isNumber
        {
          return (role, String(stem.dropFirst(word.count).drop { separators.contains($0) }))
        }
        if stem.hasSuffix(word), let last = stem.dropLast(word.count).last,
          separators.contains(last)
        {
          return (role, String(stem.dropLast(word.count + 1)))
        }
      }
    }
    return (nil, stem)
  }
}

/// The two pictures of a pair.
package enum Role: CaseIterable, Hashable, Sendable {
  /// The one with rain.
  case rainy
  /// The one without.
  case clean

  /// What a picture of the role is called in known data sets.
  fileprivate var pictureWords: [String] {
    switch self {
    case .rainy: ["rainy", "rain", "input", "in"]
    case .clean: ["norain", "no_rain", "no-rain", "clean", "clear", "target", "gt"]
    }
  }

  /// What a folder of the role is called in known data sets, in small letters without separators.
  var folderWords: [String] {
    switch self {
    case .rainy: ["rain", "rainy", "input", "data", "rainyimage", "rainyimages", "rainimage"]
    case .clean:
      ["norain", "clean", "target", "gt", "groundtruth", "clear", "label", "norainimage"]
    }
  }
}
