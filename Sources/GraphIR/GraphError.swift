/// A graph, an operation or a text of one that breaks a rule of the language.
package struct GraphError: Error, Hashable, Sendable {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// An operand or attribute that the operation's type rule refuses.
    case type(String)
    /// A rule of the whole graph that is broken, such as use before definition.
    case structure(String)
    /// Text that is not a graph.
    case syntax(String)
    /// A pass that broke the graph or does not come to an end.
    case pass(name: String, String)
  }

  /// What is wrong.
  package var kind: Kind
  /// Where: the operation as text, or `line:column` of the source.
  package var place: String?

  /// Makes an error; whoever knows the place adds it with ``located(at:)``.
  package init(_ kind: Kind, at place: String? = nil) {
    self.kind = kind
    self.place = place
  }

  /// Shorthand for an error of an operation's type rule.
  package static func type(_ message: String) -> GraphError { GraphError(.type(message)) }

  /// Returns this error with a place, unless it has one.
  package func located(at place: String) -> GraphError {
    GraphError(kind, at: self.place ?? place)
  }
}

extension GraphError: CustomStringConvertible {
  package var description: String {
    let message =
      switch kind {
      case .type(let message), .structure(let message), .syntax(let message): message
      case .pass(let name, let message): "pass \(name): \(message)"
      }
    return place.map { "\($0): \(message)" } ?? message
  }
}
