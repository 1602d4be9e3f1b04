/// What a library is called, by its file: `libderain.so` and `derain.a` are both `derain`.
package struct LibraryName: Hashable, Sendable {
  /// The last part of the path.
  package let file: String
  /// The file without `lib` before it and a suffix behind it; names the header.
  package let stem: String
  /// The stem as the start of C identifiers: every other character is an underscore, and `lib`
  /// comes before what does not begin with a letter.
  package let prefix: String

  /// Nil where nothing is left of the name.
  package init?(path: String) {
    file = path.split(separator: "/").last.map(String.init) ?? ""
    var rest = file[...]
    if rest.hasPrefix("lib"), rest.count > 3, !rest.hasPrefix("lib.") { rest = rest.dropFirst(3) }
    stem = String(Self.withoutSuffix(rest))
    guard !stem.isEmpty else { return nil }
    let letters = stem.unicodeScalars.map { scalar -> Character in
      let isWord = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9") ~= scalar)
      return isWord ? Character(scalar) : "_"
    }
    let identifier = String(letters)
    prefix = letters[0].isLetter ? identifier : "lib" + identifier
  }

  /// Takes off `.a`, or `.so` with a version that may follow.
  private static func withoutSuffix(_ name: Substring) -> Substring {
    if name.hasSuffix(".a") { return name.dropLast(2) }
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    while parts.count > 1, let last = parts.last, !last.isEmpty,
      last.allSatisfy({ $0.isASCII && $0.isNumber })
    {
      parts.removeLast()
    }
    guard parts.count > 1, parts.last == "so" else { return name }
    return name.prefix(parts.dropLast().reduce(parts.count - 2) { $0 + $1.count })
  }
}
