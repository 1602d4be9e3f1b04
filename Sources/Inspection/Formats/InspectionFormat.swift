/// A way to show a model.
package protocol InspectionFormat: Sendable {
  /// The name for `--format`.
  var name: String { get }
  /// Whether it shows every form at once, the one that was asked for first.
  var showsAllForms: Bool { get }
  /// The bytes of the file.
  func write(_ inspection: Inspection) throws(InspectionError) -> [UInt8]
}

extension InspectionFormat {
  package var showsAllForms: Bool { false }
}

/// Every format; a new one is one line.
package let inspectionFormats: [any InspectionFormat] = [
  SummaryFormat(),
  TextFormat(),
  JSONFormat(),
  DOTFormat(),
  SVGFormat(),
  HTMLFormat(),
]
