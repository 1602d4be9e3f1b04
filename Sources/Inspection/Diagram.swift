internal import Codegen
internal import GraphIR

/// Boxes and arrows: the operations of a graph or the steps of a plan, ready to be drawn.
struct Diagram {
  /// What a box stands for.
  enum Kind {
    case input
    case output
    /// Something that computes convolutions.
    case convolution
    case operation
    /// Work that does not grow with the image.
    case small
  }

  /// A box.
  struct Item {
    let id: String
    /// The title and what else stands in the box.
    let lines: [String]
    /// What is shown when a pointer rests on the box.
    let tooltip: String
    let kind: Kind
    let stage: Int?
    let layer: String?
  }

  /// An arrow.
  struct Edge: Hashable {
    let from: String
    let to: String
    let tooltip: String
    let fromStage: Int?
    let toStage: Int?

    /// Whether it leads from one recurrent stage to a later one.
    var isState: Bool {
      if let fromStage, let toStage { fromStage < toStage } else { false }
    }
  }

  private(set) var name: String
  private(set) var items: [Item] = []
  private(set) var edges: [Edge] = []
  private let graph: Graph
  private let printer: Printer
  private var stages: [String: Int] = [:]
  private var known: Set<Edge> = []

  init(_ view: InspectedView) {
    graph = view.graph
    name = graph.name
    printer = Printer(graph)
    if let plan = view.plan { draw(plan) } else { drawGraph() }
  }

  private mutating func add(_ item: Item) {
    items.append(item)
    stages[item.id] = item.stage
  }

  private mutating func connect(_ from: String, _ to: String, _ value: ValueID?) {
    let type = value.map { "\(printer.name(of: $0)): \(graph.type(of: $0))" } ?? "scaled weights"
    let edge = Edge(
      from: from, to: to, tooltip: type, fromStage: stages[from], toStage: stages[to])
    if known.insert(edge).inserted { edges.append(edge) }
  }

  // MARK: - Graphs

  private mutating func drawGraph() {
    var origins: [ValueID: String] = [:]
    for (index, input) in graph.inputs.enumerated() {
      origins[input] = "input\(index)"
      add(endpoint("input\(index)", graph[input].name ?? "input", input, .input, nil))
    }
    for (index, node) in graph.nodes.enumerated() {
      let id = "op\(index)"
      add(item(id, node))
      for operand in node.operands {
        if let origin = origins[operand] { connect(origin, id, operand) }
      }
      for result in node.results { origins[result] = id }
    }
    for (index, output) in graph.outputs.enumerated() {
      let producer = graph.producer(of: output.value)
      add(endpoint("output\(index)", output.name, output.value, .output, producer))
      if let origin = origins[output.value] { connect(origin, "output\(index)", output.value) }
    }
  }

  private func endpoint(
    _ id: String, _ name: String, _ value: ValueID, _ kind: Kind, _ producer: Node?
  ) -> Item {
    Item(
      id: id, lines: [name, graph.type(of: value).description], tooltip: printer.name(of: value),
      kind: kind, stage: producer?.provenance.stage, layer: nil)
  }

  private func item(_ id: String, _ node: Node) -> Item {
    let caption = graph.caption(of: node)
    let types = node.results.map { graph.type(of: $0).description }.joined(separator: ", ")
    return Item(
      id: id,
      lines: [node.op.operation.mnemonic] + (caption.isEmpty ? [] : [caption]) + [types],
      tooltip: [node.provenance.source, printer.header(of: node)].compactMap(\.self)
        .joined(separator: "\n"),
      kind: convolutions(of: node).isEmpty ? .operation : .convolution,
      stage: node.provenance.stage, layer: node.provenance.layer)
  }

  // MARK: - Plans

  private mutating func draw(_ plan: Plan) {
    let (nodes, dependencies) = (plan.nodesOfSteps, plan.dependencies)
    for (index, step) in plan.steps.enumerated() {
      add(item(of: index, step, nodes[index].map { graph[$0] }, plan))
      for dependency in dependencies[index] {
        connect("step\(dependency.step)", "step\(index)", dependency.value)
      }
    }
  }

  private func item(of index: Int, _ step: Step, _ nodes: [Node], _ plan: Plan) -> Item {
    let facts = plan.facts(of: step)
    let computes = nodes.map(graph.caption(of:))
    let isPixels = !facts.isEmpty && !step.isSmall
    let isEnd = step.results.isEmpty && !step.isSmall
    return Item(
      id: "step\(index)",
      lines: ["\(index) \(step.kind)"] + (isPixels ? computes + [facts[0].value] : []),
      tooltip: ([plan.describe(step, printer)] + facts.map { "\($0.name): \($0.value)" })
        .joined(separator: "\n"),
      kind: nodes.isEmpty && step.operands.isEmpty
        ? .input : isEnd ? .output : step.isSmall ? .small : isPixels ? .convolution : .operation,
      stage: nodes.last?.provenance.stage, layer: nodes.last?.provenance.layer)
  }
}
