package import Codegen
package import GraphIR

/// A graph in one form, with what made it.
package struct InspectedView: Sendable {
  /// How far the graph was brought.
  package let form: InspectedForm
  /// The graph.
  package let graph: Graph
  /// What the passes did; nothing for an imported graph.
  package let reports: [PassReport]
  /// The plan of the code generator, for the planned form.
  package let plan: Plan?

  /// Makes a view of a graph.
  package init(_ form: InspectedForm, _ graph: Graph, reports: [PassReport] = [], plan: Plan? = nil)
  {
    self.form = form
    self.graph = graph
    self.reports = reports
    self.plan = plan
  }
}

/// All that is known of a model that is to be shown.
package struct Inspection: Sendable {
  /// The version of the compiler.
  package var version: String
  /// Facts about the model, in order: its name, its file, what its importer recognised.
  package var facts: [(name: String, value: String)]
  /// Outputs that are computed where the user names none; others are on request.
  package var defaultOutputs: [String]
  /// The size of image for which costs are given.
  package var extents: ImageExtents
  /// The form that the user asked for, or every form that there is where the format shows all.
  package var views: [InspectedView]
  /// Forms that there should be and are not, with the reason.
  package var missing: [(form: InspectedForm, reason: String)] = []
  /// Whether the first elements of every weight are shown.
  package var showsValues = false

  /// Collects what is known of a model.
  ///
  /// - Precondition: there is a view.
  package init(
    version: String, facts: [(name: String, value: String)], defaultOutputs: [String],
    extents: ImageExtents, views: [InspectedView]
  ) {
    precondition(!views.isEmpty)
    self.version = version
    self.facts = facts
    self.defaultOutputs = defaultOutputs
    self.extents = extents
    self.views = views
  }

  /// The form that was asked for.
  package var view: InspectedView { views[0] }
}
