internal import GraphIR

/// Turns the nodes of a graph into steps.
struct StepBuilder {
  let graph: Graph
  let target: Target
  let precision: Precision
  var steps: [Step] = []
  /// Sizes of the regions in bytes.
  private(set) var regionSizes: [Int] = []

  init(_ graph: Graph, for target: Target, _ precision: Precision) throws(CodegenError) {
    self.precision = precision
    self.graph = graph
    self.target = target
    try checkExtents()
  }

  /// All steps of the graph.
  static func steps(
    of graph: Graph, for target: Target, _ precision: Precision
  ) throws(CodegenError) -> StepBuilder {
    var builder = try StepBuilder(graph, for: target, precision)
    for (index, input) in graph.inputs.enumerated() {
      builder.steps.append(.pack(input: index, input))
      builder.unpack(input)
    }
    for node in graph.nodes {
      try builder.lower(node)
      for result in node.results { builder.unpack(result) }
    }
    builder.formPipelines()
    return builder
  }

  mutating func append(_ step: Step) { steps.append(step) }

  /// Inserts a step behind the one that computes a value, or at the beginning.
  mutating func insert(_ step: Step, after value: ValueID) {
    let index = steps.lastIndex { candidate in
      if case .reduceMean(value) = candidate { return true }
      return candidate.results.contains(value)
    }
    steps.insert(step, at: index.map { $0 + 1 } ?? 0)
  }

  mutating func makeRegion(bytes: Int) -> Region {
    regionSizes.append(bytes)
    return Region(id: regionSizes.count - 1)
  }

  private mutating func unpack(_ value: ValueID) {
    for (index, output) in graph.outputs.enumerated() where output.value == value {
      steps.append(.unpack(output: index, value))
    }
  }

  /// Whether a value is an image in the strip layout; others are one number per channel, or
  /// weights.
  func isImage(_ value: ValueID) -> Bool {
    graph.type(of: value).isImage && !graph.isWeight(value)
  }

  func place(of node: Node) -> String { Printer(graph).header(of: node) }

  /// The node that computes a value, or the name of an input.
  private func origin(of value: ValueID) -> String {
    graph.producer(of: value).map(place(of:)) ?? Printer(graph).name(of: value)
  }

  /// All images share height and width, the inputs are images and every tensor has its channels.
  private func checkExtents() throws(CodegenError) {
    var extents: [Dimension]?
    for input in graph.inputs where !isImage(input) {
      throw .unsupported(
        "an input of type \(graph.type(of: input)) is not an image",
        place: Printer(graph).name(of: input))
    }
    for value in graph.inputs + graph.nodes.flatMap(\.results) {
      let type = graph.type(of: value)
      guard type.rank == 4, type.element == .float32, type.channels != nil else {
        throw .unsupported("a value of type \(type)", place: origin(of: value))
      }
      guard isImage(value) else { continue }
      let own = Array(type.shape[2...])
      guard extents == nil || extents == own else {
        throw .unsupported(
          "an image of another size than the input, \(type)", place: origin(of: value))
      }
      extents = own
    }
    for output in graph.outputs where !isImage(output.value) {
      throw .unsupported(
        "an output of type \(graph.type(of: output.value))", place: "output \(output.name)")
    }
  }
}

extension TensorType {
  /// Whether this is `[N, C, H, W]` with more than one number per channel.
  var isImage: Bool { rank == 4 && !isPerChannel }
}
