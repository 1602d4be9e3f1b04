internal import Codegen
internal import GraphIR
internal import Importers
internal import OrderedCollections

/// A model on one page, section by section.
struct ModelSummary {
  private let graph: Graph
  private(set) var text = ""

  /// Starts with the facts about a model, of which a graph is shown.
  init(_ model: Model, path: String, _ graph: Graph) {
    self.graph = graph
    let cost = CostTable(graph)
    var table = TextTable(wordColumns: 2)
    table.add("name", printable(graph.name))
    table.add("file", "\(printable(path)), \(model.format)")
    table.add("digest", "sha256:\(model.digest)")
    for (name, value) in graph.attributes where name != "default_outputs" {
      table.add(name.replacing("_", with: " "), printable(value))
    }
    for input in graph.inputs {
      table.add("input", "\(printable(graph[input].name ?? "")): \(graph.type(of: input))")
    }
    for output in graph.outputs {
      let isDefault = model.graph.outputs.contains { $0.name == output.name }
      let note = isDefault ? "" : " (on request)"
      table.add("output", "\(printable(output.name)): \(graph.type(of: output.value))\(note)")
    }
    table.add("parameters", grouped(cost.total.parameters))
    table.add("multiply-adds", "\(grouped(cost.total.multiplyAdds)) per pixel")
    text = table.lines.map { $0 + "\n" }.joined()
  }

  private mutating func add(_ title: String, _ table: TextTable) {
    text += "\n\(title)\n\(table.text)"
  }

  /// Operations by kind, and costs by stage.
  mutating func addCosts() {
    let cost = CostTable(graph)
    var kinds = TextTable()
    for kind in cost.kinds { kinds.add(kind.name, grouped(kind.count)) }
    kinds.add("all", grouped(cost.total.operations))
    add("operations", kinds)
    var stages = TextTable()
    stages.add("stage", "operations", "parameters", "multiply-adds/pixel", "activations/pixel")
    for (stage, row) in cost.stages { add(row, stage.map(String.init) ?? "shared", to: &stages) }
    add(cost.total, "all", to: &stages)
    add("stages (parameters that several share count in each)", stages)
  }

  private func add(_ row: CostTable.Row, _ name: String, to table: inout TextTable) {
    table.add(
      name, grouped(row.operations), grouped(row.parameters), grouped(row.multiplyAdds),
      grouped(row.activations))
  }

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

  /// Steps and memory.
  mutating func add(_ plan: Plan) {
    var table = TextTable(wordColumns: 2)
    table.add("target", "\(plan.target.triple), \(plan.target.cpuDescription)")
    table.add("steps", grouped(plan.steps.count))
    for (width, height) in [(481, 321), (1920, 1080)] {
      let bytes = plan.memory.bytes(height: height, width: width, threads: 1)
      table.add("memory at \(height)×\(width)", "\(grouped(bytes)) bytes on one thread")
    }
    add("plan (images are height × width)", table)
    text += "\nmemory\n" + indented(plan.memory.description)
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "  \($0)\n" }.joined()
  }

  /// The first elements of every weight.
  mutating func addWeights() {
    var table = TextTable(wordColumns: 3)
    for name in graph.weightNames {
      guard let value = graph.weight(named: name) else { continue }
      let elements = graph.tensor(of: value).map(firstValues) ?? "no elements"
      table.add(printable(name), "\(graph.type(of: value))", elements)
    }
    add("weights", table)
  }
}
