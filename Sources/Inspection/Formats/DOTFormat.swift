/// Graphviz's language: stages as clusters, layers as clusters in them, values that flow from one
/// stage to a later one as dashed arrows that do not pull the stages apart.
struct DOTFormat: InspectionFormat {
  let name = "dot"

  func write(_ inspection: Inspection) -> [UInt8] {
    Array(DOTWriter(Diagram(inspection.view)).text.utf8)
  }
}

/// Writes a diagram in graphviz's language.
struct DOTWriter {
  private let diagram: Diagram

  /// Edges up to which graphviz may take its time.
  private static let fewEdges = 1000

  init(_ diagram: Diagram) { self.diagram = diagram }

  var text: String {
    // Graphviz would look for the best layout of a large graph for minutes.
    let limits =
      diagram.edges.count > Self.fewEdges ? ", splines=polyline, nslimit=2, nslimit1=2" : ""
    var lines = [
      "digraph \(quoted(diagram.name)) {",
      "  graph [rankdir=TB, nodesep=0.25, ranksep=0.35, fontname=\"Helvetica\", fontsize=12"
        + "\(limits)]",
      "  node [shape=box, style=\"filled,rounded\", fontname=\"Helvetica\", fontsize=10, "
        + "color=\"#64748b\", fillcolor=\"#f8fafc\"]",
      "  edge [color=\"#64748b\", arrowsize=0.6]",
    ]
    let stages = Set(diagram.items.compactMap(\.stage)).sorted()
    for stage in stages { lines += cluster(ofStage: stage) }
    lines += layers(diagram.items.filter { $0.stage == nil }, prefix: "shared", indent: "  ")
    lines += alignment(of: stages) + diagram.edges.map(statement)
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private func statement(_ edge: Diagram.Edge) -> String {
    var attributes = ["tooltip=\(quoted(edge.tooltip))"]
    if edge.isState {
      attributes += [
        "style=dashed", "color=\"#c2410c\"", "penwidth=1.5", "tailport=e", "headport=w",
      ]
    }
    // Only what is before a stage or in it decides how far down its operations stand.
    if edge.toStage != nil, edge.fromStage != edge.toStage { attributes.append("constraint=false") }
    return "  \(edge.from) -> \(edge.to) [\(attributes.joined(separator: ", "))]"
  }

  /// Stages begin below the input.
  private func alignment(of stages: [Int]) -> [String] {
    guard let input = diagram.items.first(where: { $0.kind == .input && $0.stage == nil }) else {
      return []
    }
    return stages.compactMap { stage in
      diagram.items.first { $0.stage == stage }
        .map { "  \(input.id) -> \($0.id) [style=invis, weight=100]" }
    }
  }

  private func cluster(ofStage stage: Int) -> [String] {
    let items = diagram.items.filter { $0.stage == stage }
    return [
      "  subgraph cluster_stage\(stage) {",
      "    label=\"stage \(stage)\"; style=\"rounded,filled\"; color=\"#94a3b8\"; "
        + "fillcolor=\"#eef2f7\"",
    ] + layers(items, prefix: "stage\(stage)", indent: "    ") + ["  }"]
  }

  /// The items, those of a layer in a cluster of its own.
  private func layers(_ items: [Diagram.Item], prefix: String, indent: String) -> [String] {
    var names: [String] = []
    for case let layer? in items.map(\.layer) where !names.contains(layer) { names.append(layer) }
    var lines: [String] = []
    for (index, name) in names.enumerated() {
      lines.append("\(indent)subgraph cluster_\(prefix)_layer\(index) {")
      lines.append(
        "\(indent)  label=\(quoted(name)); style=\"rounded,filled\"; color=\"#cbd5e1\"; "
          + "fillcolor=\"#ffffff\"")
      lines += items.filter { $0.layer == name }.map { "\(indent)  \(statement($0))" }
      lines.append("\(indent)}")
    }
    return lines + items.filter { $0.layer == nil }.map { indent + statement($0) }
  }

  private func statement(_ item: Diagram.Item) -> String {
    let style =
      switch item.kind {
      case .input, .output: ", shape=ellipse, style=filled, fillcolor=\"#dcfce7\""
      case .convolution: ", fillcolor=\"#dbeafe\""
      case .small: ", fillcolor=\"#fef3c7\""
      case .operation: ""
      }
    let label = item.lines.joined(separator: "\n")
    return "\(item.id) [label=\(quoted(label)), tooltip=\(quoted(item.tooltip))\(style)]"
  }

  /// A string of graphviz's language, which knows escapes and the entities of HTML.
  private func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "&": "&amp;"
      case "\n": "\\n"
      default: scalar.properties.generalCategory == .control ? "?" : String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
