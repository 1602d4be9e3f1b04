internal import Foundation
internal import GraphIR

/// A comparison as scripts read it.
struct ComparisonDocument: Encodable {
  let tolerance: Float
  let agrees: Bool
  let comparisons: [Comparison]

  /// Two computations.
  struct Comparison: Encodable {
    let expected: String
    let got: String
    let verdict: String
    let reason: String?
    let first: Value?
    let values: [Value]
  }

  /// A value that was computed twice.
  struct Value: Encodable {
    let name: String
    let operation: String?
    let source: String?
    let stage: Int?
    let layer: String?
    let pass: String?
    let agrees: Bool
    let largestError: Float
    let limit: Float
    let wrong: Int
    let count: Int
    let index: [Int]?
    let expected: Float?
    let got: Float?

    init(_ value: ComparedValue) {
      let difference = value.difference
      name = value.name
      operation = value.operation
      source = value.provenance?.source
      stage = value.provenance?.stage
      layer = value.provenance?.layer
      pass = value.pass
      agrees = difference.agrees
      largestError = difference.largestError
      limit = difference.limit
      wrong = difference.wrong
      count = difference.count
      index = difference.first?.index
      expected = difference.first?.expected
      got = difference.first?.got
    }
  }

  init(_ report: ComparisonReport) {
    tolerance = report.tolerance
    agrees = report.comparisons.allSatisfy { $0.verdict == .agrees }
    comparisons = report.comparisons.map { comparison in
      Comparison(
        expected: comparison.expected, got: comparison.got, verdict: comparison.verdict.rawValue,
        reason: comparison.failure?.message, first: comparison.difference.map(Value.init),
        values: comparison.values.map(Value.init))
    }
  }
  /// The document, with a line break at its end.
  ///
  /// JSON has no infinity; it is written as text.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}
