internal import Foundation

/// What is shown, as the JSON that `docs/inspect.md` describes; names are in snake case there.
package struct Document: Codable, Hashable, Sendable {
  /// The schema that this is written for; its number grows when something changes its meaning.
  package static let currentSchema = "rescanc.inspect/1"

  /// ``currentSchema``.
  package var schema: String
  /// The version of the compiler.
  package var version: String
  /// Facts about the model.
  package var model: [Fact]
  /// The size for which extents, bytes and costs are given.
  package var size: Size
  /// The forms of the graph.
  package var views: [View]
  /// Forms that there should be and are not.
  package var missing: [MissingView]

  /// A name with what is known about it.
  package struct Fact: Codable, Hashable, Sendable {
    /// What it is about.
    package var name: String
    /// What is known.
    package var value: String
  }

  /// A size of image and what it makes of symbols.
  package struct Size: Codable, Hashable, Sendable {
    /// Columns.
    package var width: Int
    /// Rows.
    package var height: Int
    /// The value of every symbol.
    package var symbols: [String: Int]
  }

  /// A form that is not shown.
  package struct MissingView: Codable, Hashable, Sendable {
    /// `imported`, `optimized` or `planned`.
    package var at: String
    /// Why there is none.
    package var reason: String
  }

  /// One form of the graph.
  package struct View: Codable, Hashable, Sendable {
    /// `imported`, `optimized` or `planned`.
    package var at: String
    /// The graph.
    package var graph: GraphDocument
    /// Costs of the whole and of every layer of every stage.
    package var costs: Costs
    /// What the passes did, in order.
    package var passes: [PassDocument]
    /// The plan, at `planned`.
    package var plan: PlanDocument?
  }

  /// Describes what is shown.
  package init(_ inspection: Inspection) {
    let extents = inspection.extents
    let symbols = extents.symbols(of: inspection.view.graph)
    schema = Self.currentSchema
    version = inspection.version
    model = inspection.facts.map { Fact(name: $0.name, value: $0.value) }
    size = Size(
      width: extents.width, height: extents.height,
      symbols: Dictionary(symbols.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    views = inspection.views.map { View($0, extents) }
    missing = inspection.missing.map { MissingView(at: $0.form.rawValue, reason: $0.reason) }
  }

  /// The document as JSON with its keys in alphabetical order.
  package func json(isPretty: Bool) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return [UInt8](try encoder.encode(self))
    } catch {
      preconditionFailure("a document of plain values cannot be encoded: \(error)")
    }
  }

  /// Reads a document.
  ///
  /// - Throws: `DecodingError` where this is no such document.
  package init(json: [UInt8]) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Document.self, from: Data(json))
  }
}
