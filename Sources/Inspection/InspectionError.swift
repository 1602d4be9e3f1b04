/// A graph that cannot be shown as asked.
package enum InspectionError: Error, Hashable, Sendable {
  /// Graphviz is not installed, or its library is not one that we know.
  case missingGraphviz(String)
  /// Graphviz is there and refuses.
  case graphviz(String)
}

extension InspectionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missingGraphviz(let what):
      "svg is laid out by graphviz, and \(what); install graphviz (Debian: libgvc6), or use "
        + "--format dot or html"
    case .graphviz(let what):
      "graphviz could not lay out the graph: \(what); use --format dot or html"
    }
  }
}
