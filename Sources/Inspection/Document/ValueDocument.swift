internal import GraphIR

/// A tensor of a graph.
package struct ValueDocument: Codable, Hashable, Sendable {
  /// The name in the text of the graph: `%4`, `@dec.0.weight`.
  package var name: String
  /// `input`, `weight` or `result`.
  package var kind: String
  /// The type of every element, such as `f32`.
  package var element: String
  /// Extents as text, outermost first: numbers, symbols and what is computed from them.
  package var shape: [String]
  /// Extents for the size of the document; absent where one is not known.
  package var extents: [Int]?
  /// Bytes of all elements for that size.
  package var bytes: Double
  /// The node that computes the value.
  package var producer: Int?
  /// What the elements of a weight are like, where they are known.
  package var elements: Distribution?

  init(
    _ value: ValueID, in graph: Graph, name: String, _ numbering: GraphNumbering,
    _ symbols: [String: Int]
  ) {
    let type = graph.type(of: value)
    self.name = name
    kind =
      switch graph[value].definition {
      case .input: "input"
      case .weight: "weight"
      case .result: "result"
      }
    element = type.element.rawValue
    shape = type.shape.map(\.description)
    extents = type.extents(symbols)
    bytes = type.bytes(symbols)
    producer = graph.producer(of: value).flatMap { numbering[$0.id] }
    elements = graph.tensor(of: value).map { Distribution($0.elements) }
  }
}
