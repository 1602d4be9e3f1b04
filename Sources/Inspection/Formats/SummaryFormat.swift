internal import Codegen
internal import GraphIR

/// A model on one page, section by section.
struct SummaryFormat: InspectionFormat {
  let name = "summary"

  func write(_ inspection: Inspection) -> [UInt8] {
    let view = inspection.view
    var summary = ModelSummary(inspection)
    summary.addCosts()
    if view.form != .imported { summary.add(view.reports) }
    if let plan = view.plan { summary.add(plan) }
    if inspection.showsValues { summary.addWeights() }
    return Array(summary.text.utf8)
  }
}

/// A summary that is being written.
struct ModelSummary {
  private let graph: Graph
  private let extents: ImageExtents
  private let symbols: [(name: String, value: Int)]
  private let total: NodeCost
  private let costs: CostTable
  private(set) var text = ""

  /// Starts with the facts about a model.
  init(_ inspection: Inspection) {
    graph = inspection.view.graph
    extents = inspection.extents
    symbols = extents.symbols(of: graph)
    total = NodeCost(graph.nodes, in: graph, Self.values(of: symbols))
    var table = TextTable(wordColumns: 2)
    for fact in inspection.facts { table.add(printable(fact.name), printable(fact.value)) }
    for input in graph.inputs {
      table.add("input", "\(printable(graph[input].name ?? "")): \(graph.type(of: input))")
    }
    for output in graph.outputs {
      let note = inspection.defaultOutputs.contains(output.name) ? "" : " (on request)"
      table.add("output", "\(printable(output.name)): \(graph.type(of: output.value))\(note)")
    }
    costs = CostTable(graph)
    let perPixel = costs.total.multiplyAdds
    table.add("parameters", grouped(total.parameters))
    table.add("multiply-adds", "\(grouped(perPixel)) per pixel")
    text = table.lines.map { $0 + "\n" }.joined()
  }

  private static func values(of symbols: [(name: String, value: Int)]) -> [String: Int] {
    Dictionary(symbols.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func add(_ title: String, _ table: TextTable) {
    text += "\n\(title)\n\(table.text)"
  }

  // MARK: - Costs

  /// Costs by kind of operation, and by layer of every stage.
  mutating func addCosts() {
    var kinds = TextTable()
    kinds.add("operation", "count", "parameters", "multiply-adds", "bytes moved", "share")
    for kind in costs.kinds {
      let nodes = graph.nodes.filter { $0.op.operation.mnemonic == kind.name }
      kinds.add([kind.name, grouped(nodes.count)] + cells(nodes))
    }
    kinds.add(["all", grouped(graph.nodes.count)] + cells(graph.nodes))
    add("operations, \(sizeText)", kinds)
    let groups = graph.layerGroups
    guard groups.contains(where: { $0.stage != nil || $0.layer != nil }) else { return }
    addStages()
    addLayers(groups)
  }

  private mutating func addStages() {
    var table = TextTable()
    table.add("stage", "operations", "parameters", "multiply-adds/pixel", "activations/pixel")
    let rows = costs.stages.map { ($0.stage.map(String.init) ?? "shared", $0.row) }
    for (name, row) in rows + [("all", costs.total)] {
      table.add(
        name, grouped(row.operations), grouped(row.parameters), grouped(row.multiplyAdds),
        grouped(row.activations))
    }
    add("stages; parameters that several share count in each", table)
  }

  private mutating func addLayers(_ groups: [LayerGroup]) {
    var layers = TextTable(wordColumns: 3)
    layers.add(
      "stage", "layer", "result", "operations", "parameters", "multiply-adds", "bytes moved",
      "share")
    let rows = Costs(graph, Self.values(of: symbols)).layers
    for (group, row) in zip(groups, rows) {
      layers.add(
        [
          group.stage.map(String.init) ?? "shared", printable(group.layer ?? "–"), row.type,
          grouped(row.operations),
        ] + cells(group.nodes))
    }
    layers.add(["all", "", "", grouped(graph.nodes.count)] + cells(graph.nodes))
    add("layers, \(sizeText)", layers)
  }

  private var sizeText: String {
    let list = symbols.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    return list.isEmpty ? "of fixed size" : "for \(list)"
  }

  /// Parameters, multiply-adds, bytes and the share of the work, which is that of the multiply-adds
  /// where there are any.
  private func cells(_ nodes: [Node]) -> [String] {
    let cost = NodeCost(nodes, in: graph, Self.values(of: symbols))
    let part =
      total.multiplyAdds > 0
      ? share(cost.multiplyAdds, of: total.multiplyAdds)
      : share(cost.bytesMoved, of: total.bytesMoved)
    return [
      grouped(cost.parameters), scaled(cost.multiplyAdds), scaled(cost.bytesMoved, unit: "B"), part,
    ]
  }

  // MARK: - Passes, plan and weights

  /// What the passes did.
  mutating func add(_ reports: [PassReport]) {
    var table = TextTable()
    table.add("pass", "before", "after", "")
    for report in reports {
      table.add(
        report.pass, grouped(report.nodesBefore), grouped(report.nodesAfter),
        report.changed ? "" : "no change")
    }
    add("passes (operations before and after)", table)
  }

  /// Steps, kernels and memory.
  mutating func add(_ plan: Plan) {
    var table = TextTable(wordColumns: 2)
    table.add("target", "\(plan.target.triple), \(plan.target.cpuName), \(plan.target.lanes) lanes")
    let kinds = plan.steps.map(\.kind)
    let distinct = kinds.indices.filter { !kinds[..<$0].contains(kinds[$0]) }.map { kinds[$0] }
    let counts = distinct.map { kind in "\(kinds.count { $0 == kind }) \(kind)" }
    table.add("steps", "\(grouped(kinds.count)): \(counts.joined(separator: ", "))")
    let sizes = [(extents.width, extents.height), (1920, 1080)]
    for (index, (width, height)) in sizes.enumerated()
    where !sizes[..<index].contains(where: { $0 == (width, height) }) {
      let bytes = plan.memory.bytes(height: height, width: width, threads: 1)
      table.add("memory at \(height)×\(width)", "\(grouped(bytes)) bytes on one thread")
    }
    add("plan (images are height × width)", table)
    addKernels(plan)
    text += "\nmemory\n" + indented(plan.memory.description)
  }

  private mutating func addKernels(_ plan: Plan) {
    var table = TextTable(wordColumns: 4)
    table.add("kernel", "computes", "schedule", "because of", "passes", "multiply-adds", "share")
    var passes: [[(call: PixelCall, node: NodeID)]] = []
    let nodes = zip(plan.kernelNumbers, plan.nodesOfSteps)
    for ((numbers, nodes), step) in zip(nodes, plan.steps) {
      for (number, pass) in zip(numbers, zip(step.pixelCalls, nodes)) {
        if number > passes.count { passes.append([]) }
        passes[number - 1].append((call: pass.0, node: pass.1))
      }
    }
    for (index, uses) in passes.enumerated() {
      let own = uses.map { plan.graph[$0.node] }
      let cost = NodeCost(own, in: graph, Self.values(of: symbols))
      let facts = plan.facts(of: uses[0].call).map(\.value)
      table.add(
        [
          "\(index + 1)", printable(graph.caption(of: own[0])), facts[0], facts[1],
          "\(own.count)", scaled(cost.multiplyAdds),
          share(cost.multiplyAdds, of: total.multiplyAdds),
        ])
    }
    add("kernels, \(sizeText)", table)
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "  \($0)\n" }.joined()
  }

  /// The first elements of every weight.
  mutating func addWeights() {
    var table = TextTable(wordColumns: 3)
    for name in graph.weightNames {
      guard let value = graph.weight(named: name) else { continue }
      let elements = graph.tensor(of: value).map { firstValues(of: $0.elements) } ?? "no elements"
      table.add(printable(name), "\(graph.type(of: value))", elements)
    }
    add("weights", table)
  }
}
