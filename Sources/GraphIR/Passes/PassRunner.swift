/// What one pass did to a graph.
package struct PassReport: Hashable, Sendable {
  /// Name of the pass.
  package var pass: String
  /// Whether the graph changed.
  package var changed: Bool
  /// Nodes before the pass.
  package var nodesBefore: Int
  /// Nodes after it.
  package var nodesAfter: Int
}

/// Runs passes in order, each to its fixed point, and verifies the graph around each of them.
package struct PassRunner: Sendable {
  /// Handed to every pass.
  package var context: PassContext

  /// Makes a runner; without a context no constants are folded.
  package init(context: PassContext = PassContext()) { self.context = context }

  /// Runs passes on a graph.
  ///
  /// - Throws: `GraphError` of kind `.pass` naming the pass that broke the graph or does not end.
  @discardableResult
  package func run(_ passes: [any Pass], on graph: inout Graph) throws(GraphError) -> [PassReport] {
    try graph.verify()
    var reports: [PassReport] = []
    for pass in passes {
      let before = graph.nodes.count
      let changed = try run(pass, on: &graph)
      do throws(GraphError) {
        try graph.verify()
      } catch {
        throw GraphError(.pass(name: pass.name, "broke the graph: \(error)"))
      }
      reports.append(
        PassReport(
          pass: pass.name, changed: changed, nodesBefore: before, nodesAfter: graph.nodes.count))
    }
    return reports
  }

  private func run(_ pass: any Pass, on graph: inout Graph) throws(GraphError) -> Bool {
    do throws(GraphError) {
      switch pass {
      case let pass as any GraphPass: return try pass.run(on: &graph, context)
      case let pass as any RewritePass: return try runToFixedPoint(pass, on: &graph)
      default: preconditionFailure("pass \(pass.name) is neither a graph pass nor a rewrite")
      }
    } catch {
      if case .pass = error.kind { throw error }
      throw GraphError(.pass(name: pass.name, "made an edit that is refused: \(error)"))
    }
  }

  /// Every edit removes or merges something, so a pass that edits more often than this is caught
  /// in a loop.
  private func editLimit(_ graph: Graph) -> Int { 16 * graph.nodes.count + 64 }

  private func runToFixedPoint(_ pass: any RewritePass, on graph: inout Graph) throws(GraphError)
    -> Bool
  {
    var remaining = editLimit(graph)
    var changed = graph.removeUnused()
    while try sweep(pass, over: &graph, &remaining) { changed = true }
    return changed
  }

  /// Offers every node once; nodes that edits add are offered by the next sweep.
  private func sweep(
    _ pass: any RewritePass, over graph: inout Graph, _ remaining: inout Int
  ) throws(GraphError) -> Bool {
    var changed = false
    for id in graph.order.nodes {
      guard let node = graph.nodeTable[id.index],
        try pass.rewrite(node, in: &graph, context)
      else { continue }
      changed = true
      remaining -= 1
      if remaining < 0 {
        throw GraphError(
          .pass(name: pass.name, "does not come to an end"), at: Printer(graph).header(of: node))
      }
      graph.removeUnused()
    }
    return changed
  }
}
