/// The names of a list that are most like a wrong one, best first.
///
/// - Returns: At most three; none where nothing is alike.
func nearestNames(to name: String, among names: [String]) -> [String] {
  // A short name has little that could be alike.
  let limit = min(max(2, name.count / 2), name.count - 1)
  let ranked = names.map { (name: $0, distance: editDistance(name, $0)) }
    .filter { $0.distance <= limit || (name.count > 2 && $0.name.contains(name)) }
  return ranked.enumerated()
    .sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
    .prefix(3).map(\.element.name)
}

/// Insertions, deletions and replacements of characters that turn one text into the other.
private func editDistance(_ first: String, _ second: String) -> Int {
  let (first, second) = (Array(first), Array(second))
  var row = Array(0...second.count)
  for (i, character) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in second.enumerated() {
      let replaced = diagonal + (character == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[second.count]
}
