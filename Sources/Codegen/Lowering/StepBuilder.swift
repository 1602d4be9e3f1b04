internal import GraphIR

/// Turns the nodes of a graph into steps.
struct StepBuilder {
  private(set) var graph: Graph
  private(set) var batch: BatchAxis
  let layouts: [ValueID: Layout]
  let fastNodes: Set<NodeID>
  let target: Target
  let precision: Precision
  let policy: SchedulePolicy
  var steps: [Step] = []
  /// Sizes of the regions in bytes.
  private(set) var regionSizes: [Int] = []

  /// Values in rows that nobody has needed in memory so far.
  var pending: [ValueID: Expression] = [:]

  init(
    _ graph: Graph, for target: Target, _ precision: Precision, _ policy: SchedulePolicy
  ) throws(CodegenError) {
    self.precision = precision
    self.policy = policy
    let planner = try LayoutPlanner(graph)
    self.graph = planner.graph
    batch = planner.batch
    layouts = planner.layouts
    fastNodes = planner.fastNodes
    self.target = target
    try checkTypes()
  }

  /// All steps of the graph.
  static func steps(
    of graph: Graph, for target: Target, _ precision: Precision, _ policy: SchedulePolicy
  ) throws(CodegenError) -> StepBuilder {
    var builder = try StepBuilder(graph, for: target, precision, policy)
    for (index, input) in builder.graph.inputs.enumerated() {
      if builder.layout(of: input) == .strips { builder.append(.pack(input: index, input)) }
      builder.unpack(input)
    }
    for node in builder.graph.nodes {
      try builder.lower(node)
      for result in node.results { builder.unpack(result) }
    }
    for (index, output) in builder.graph.outputs.enumerated()
    where builder.graph.isWeight(output.value) {
      builder.deliver(output.value, to: index)
    }
    builder.hoistSmallSteps()
    builder.formPipelines()
    builder.deferScaling()
    try builder.checkRules()
    return builder
  }

  mutating func append(_ step: Step) { steps.append(step) }

  /// Inserts a step behind the one that computes a value, or at the beginning.
  mutating func insert(_ step: Step, after value: ValueID) {
    let index = steps.lastIndex { $0.leaves(anyOf: [value]) }
    steps.insert(step, at: index.map { $0 + 1 } ?? 0)
  }

  mutating func makeRegion(bytes: Int) -> Region {
    regionSizes.append(bytes)
    return Region(id: regionSizes.count - 1)
  }

  /// A place for a padded copy of an image `[N, C, H, W]`, which is also a node of the graph.
  mutating func temporary(_ shape: [Dimension], _ window: Window, of node: Node)
    throws(CodegenError) -> ValueID
  {
    let operand = node.operands[0]
    let own = self.shape(of: operand)
    let low = [0, 0, Dimension.fixed(window.padding[0]), .fixed(window.padding[1])]
    let high = [0, 0, shape[2] - own[2] - low[2], shape[3] - own[3] - low[3]]
    do throws(GraphError) {
      let copy = try graph.add(
        .pad(Pad(low: low, high: high)), [operand], before: node.id,
        provenance: node.provenance)[0]
      batch.include(copy, like: operand)
      return copy
    } catch {
      throw .unsupported("\(error)", place: place(of: node))
    }
  }

  private mutating func unpack(_ value: ValueID) {
    for (index, output) in graph.outputs.enumerated() where output.value == value {
      if layout(of: value) == .strips {
        append(.unpack(output: index, value))
      } else {
        deliver(value, to: index)
      }
    }
  }

  /// Whether a value is an image in the strip layout; others are one number per channel, or
  /// weights.
  func isImage(_ value: ValueID) -> Bool { layout(of: value) == .strips }

  func layout(of value: ValueID) -> Layout { layouts[value] ?? .rows }

  /// The shape of a value for one index of the batch.
  func shape(of value: ValueID) -> [Dimension] { batch.shape(of: value, in: graph) }

  /// How many operations and outputs read a value.
  func readers(of value: ValueID) -> Int {
    graph.nodes(using: value).count + graph.outputs.count { $0.value == value }
  }

  func place(of node: Node) -> String { Printer(graph).header(of: node) }

  /// The node that computes a value, or the name of an input.
  private func origin(of value: ValueID) -> String {
    graph.producer(of: value).map(place(of:)) ?? Printer(graph).name(of: value)
  }

  /// Everything is computed in float32, and every symbol is an extent of an input.
  private func checkTypes() throws(CodegenError) {
    let axes = [graph.inputs, graph.outputs.map(\.value)].map { values in
      values.reduce(0) { $0 + graph.type(of: $1).rank }
    }
    guard symbols.count <= RuntimeContract.mostSymbols,
      axes.allSatisfy({ $0 <= RuntimeContract.mostAxes })
    else {
      throw .unsupported("so many inputs, outputs and extents", place: "graph @\(graph.name)")
    }
    for value in graph.inputs + graph.nodes.flatMap(\.results) {
      let type = graph.type(of: value)
      guard type.element == .float32 else {
        throw .unsupported("a value of type \(type)", place: origin(of: value))
      }
      if let symbol = type.shape.flatMap(\.symbols).sorted().first(where: { !symbols.contains($0) })
      {
        throw .unsupported(
          "an extent \(symbol), which is not that of an input", place: origin(of: value))
      }
    }
  }

  /// The symbols that the extents of the inputs give, in their order.
  var symbols: [String] { graph.inputSymbols }

  /// The symbols for an image of the size that stands for all.
  var usualSymbols: [String: Int] {
    let shape = graph.inputs.first.map { graph.type(of: $0).shape } ?? []
    return Extents.values(
      of: symbols, in: shape.count == 4 ? Extents(shape) : nil,
      height: PixelProblem.usualSize.height, width: PixelProblem.usualSize.width)
  }
}

extension Graph {
  /// The symbols that are extents of inputs, in their order.
  package var inputSymbols: [String] {
    var symbols: [String] = []
    for extent in inputs.flatMap({ type(of: $0).shape }) {
      guard let name = extent.linear?.symbol, !symbols.contains(name) else { continue }
      symbols.append(name)
    }
    return symbols
  }
}

extension TensorType {
  /// Whether this is `[N, C, H, W]` with more than one number per channel.
  var isImage: Bool { rank == 4 && !isPerChannel }
}
