/// Rows of words in columns: the first column starts at the left, the others end at the right.
package struct TextTable {
  private var rows: [[String]] = []
  /// Columns from the first on that are words, which start at the left.
  private let wordColumns: Int

  /// Makes an empty table.
  package init(wordColumns: Int = 1) { self.wordColumns = wordColumns }

  /// Adds a row.
  package mutating func add(_ cells: String...) { rows.append(cells) }

  /// Adds a row.
  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// Lines without spaces at their end.
  package var lines: [String] {
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
  package var text: String { lines.map { "  \($0)\n" }.joined() }
}

/// A number with a comma between every three digits, rounded where it is large.
package func grouped(_ number: Double) -> String {
  if number < 100, number != number.rounded() {
    return String((number * 100).rounded() / 100)
  }
  return grouped(Int(number.rounded()))
}

/// A number with a comma between every three digits.
package func grouped(_ number: Int) -> String {
  var groups: [Substring] = []
  var digits = Substring(String(number.magnitude))
  while digits.count > 3 {
    groups.insert(digits.suffix(3), at: 0)
    digits.removeLast(3)
  }
  groups.insert(digits, at: 0)
  return (number < 0 ? "-" : "") + groups.joined(separator: ",")
}

/// A number in three digits with the prefix of its power of a thousand: `75.6 G`.
package func scaled(_ number: Double, unit: String = "") -> String {
  let prefixes = ["", "k", "M", "G", "T", "P"]
  var (value, power) = (number, 0)
  while value >= 999.5, power < prefixes.count - 1 { (value, power) = (value / 1000, power + 1) }
  let decimals = value == value.rounded() || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  let power10 = [1.0, 10, 100][decimals]
  var digits = String(Int((value * power10).rounded()))
  if decimals > 0 {
    while digits.count <= decimals { digits = "0" + digits }
    digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
  }
  let suffix = prefixes[power] + unit
  return suffix.isEmpty ? digits : "\(digits) \(suffix)"
}

/// A part of a whole in percent.
package func share(_ part: Double, of whole: Double) -> String {
  whole > 0 ? "\((part / whole * 1000).rounded() / 10) %" : ""
}

/// A name from a file, without characters that would move the cursor.
package func printable(_ name: String) -> String {
  String(
    String.UnicodeScalarView(
      name.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
}

/// The first of many numbers, as text.
package func firstValues(of elements: [Float]) -> String {
  let shown = elements.prefix(4).map(\.description).joined(separator: " ")
  return elements.count > 4 ? shown + " …" : shown
}
