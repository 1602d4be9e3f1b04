internal import Codegen
internal import GraphIR

/// The text of the graph, which can be read again, or that of the plan.
struct TextFormat: InspectionFormat {
  let name = "text"

  func write(_ inspection: Inspection) -> [UInt8] {
    let view = inspection.view
    return Array((view.plan?.description ?? Printer(view.graph).text).utf8)
  }
}
