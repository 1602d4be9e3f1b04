/// Everything as JSON; the schema is that of ``Document``.
struct JSONFormat: InspectionFormat {
  let name = "json"

  func write(_ inspection: Inspection) -> [UInt8] {
    Document(inspection).json(isPretty: true) + [UInt8(ascii: "\n")]
  }
}
