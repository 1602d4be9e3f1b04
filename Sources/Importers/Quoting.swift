/// Returns text from a file between quotation marks, fit for a one-line message: control characters
/// are escaped and long text is cut.
package func quoted(_ text: String) -> String {
  "'" + onOneLine(text, limit: 120) + "'"
}

/// Returns the beginning of a text, its control characters escaped.
func onOneLine(_ text: String, limit: Int) -> String {
  var result = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    result += isPrintable(scalar) ? String(scalar) : scalar.escaped(asASCII: true)
  }
  return text.unicodeScalars.count > limit ? result + "…" : result
}

/// Returns at most `limit` quoted names, and says how many are left out.
package func quotedList(_ names: some Collection<String>, limit: Int = 8) -> String {
  let shown = names.prefix(limit).map(quoted).joined(separator: ", ")
  return names.count > limit ? shown + " and \(names.count - limit) more" : shown
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
    false
  default: true
  }
}
