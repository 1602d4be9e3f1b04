internal import Foundation
internal import GraphIR

/// An operation of a graph.
package struct NodeDocument: Codable, Hashable, Sendable {
  /// The name of the operation.
  package var op: String
  /// What it does, in a few words.
  package var caption: String
  /// The operation with operands and results as the text of the graph has it, without types.
  package var text: String
  /// Values that it is applied to.
  package var operands: [Int]
  /// Values that it computes.
  package var results: [Int]
  /// Attributes that differ from their default.
  package var attributes: [String: AttributeDocument]
  /// Where it comes from.
  package var provenance: ProvenanceDocument
  /// What it costs.
  package var cost: CostDocument

  init(
    _ node: Node, in graph: Graph, _ printer: Printer, _ numbering: GraphNumbering,
    _ symbols: [String: Int]
  ) {
    op = node.op.operation.mnemonic
    caption = graph.caption(of: node)
    text = printer.header(of: node)
    operands = node.operands.map { numbering[$0] }
    results = node.results.map { numbering[$0] }
    let known = (node.op.operation as? any AttributedOperation)?.attributes ?? []
    attributes = Dictionary(
      known.map { ($0.name, AttributeDocument($0.value.description)) }, uniquingKeysWith: { $1 })
    provenance = ProvenanceDocument(node.provenance)
    cost = CostDocument([node], in: graph, symbols)
  }
}

/// Where an operation comes from.
package struct ProvenanceDocument: Codable, Hashable, Sendable {
  /// The checkpoint key or ONNX node that it stands for.
  package var source: String?
  /// Number of the recurrent stage, counted from 1.
  package var stage: Int?
  /// The layer that it belongs to.
  package var layer: String?
  /// Passes that made or changed it, in order.
  package var passes: [String]

  init(_ provenance: Provenance) {
    source = provenance.source
    stage = provenance.stage
    layer = provenance.layer
    passes = provenance.passes
  }
}

/// The value of an attribute: what its text form is as JSON, or else the text.
package enum AttributeDocument: Codable, Hashable, Sendable {
  case number(Double)
  case text(String)
  case list([AttributeDocument])

  init(_ text: String) {
    let parsed = try? JSONDecoder().decode(AttributeDocument.self, from: Data(text.utf8))
    self = parsed ?? .text(text)
  }

  /// Reads a number, a text or a list of them.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try container.decode([AttributeDocument].self))
    }
  }

  /// Writes the number, the text or the list.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    }
  }
}
