internal import GraphIR

/// What one pass did.
package struct PassDocument: Codable, Hashable, Sendable {
  /// The name of the pass.
  package var pass: String
  /// Whether the graph changed.
  package var changed: Bool
  /// Operations before the pass.
  package var before: Int
  /// Operations after it.
  package var after: Int

  init(_ report: PassReport) {
    pass = report.pass
    changed = report.changed
    before = report.nodesBefore
    after = report.nodesAfter
  }
}

extension Document.View {
  /// Describes a form of a graph.
  init(_ view: InspectedView, _ extents: ImageExtents) {
    let symbols = Dictionary(
      extents.symbols(of: view.graph).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let numbering = GraphNumbering(view.graph)
    at = view.form.rawValue
    graph = GraphDocument(view.graph, numbering, symbols)
    costs = Costs(view.graph, symbols)
    passes = view.reports.map(PassDocument.init)
    plan = view.plan.map { PlanDocument($0, numbering, extents) }
  }
}
