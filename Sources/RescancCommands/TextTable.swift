/// Rows of words in columns: the first column starts at the left, the others end at the right.
struct TextTable {
  private var rows: [[String]] = []
  /// Columns from the first on that are words, which start at the left.
  private let wordColumns: Int

  init(wordColumns: Int = 1) { self.wordColumns = wordColumns }

  mutating func add(_ cells: String...) { rows.append(cells) }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// Lines without spaces at their end.
  var lines: [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        return column < wordColumns ? cell + gap : gap + cell
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The lines, each indented.
  var text: String { lines.map { "  \($0)\n" }.joined() }
}

/// A number with a comma between every three digits, rounded where it is large.
func grouped(_ number: Double) -> String {
  if number < 100, number != number.rounded() {
    return String((number * 100).rounded() / 100)
  }
  return grouped(Int(number.rounded()))
}

/// A number with a comma between every three digits.
func grouped(_ number: Int) -> String {
  var groups: [Substring] = []
  var digits = Substring(String(number.magnitude))
  while digits.count > 3 {
    groups.insert(digits.suffix(3), at: 0)
    digits.removeLast(3)
  }
  groups.insert(digits, at: 0)
  return (number < 0 ? "-" : "") + groups.joined(separator: ",")
}
