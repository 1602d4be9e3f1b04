internal import GraphIR

/// Decides where every value of a graph lies, and rewrites the graph so that every operation finds
/// its operands in a layout that it can read.
///
/// Convolutions that the kernels on strips can do get their images in strips, and so does all that
/// works pixel by pixel on such an image; everything else works on rows. Where the two meet, a
/// `reshape` to the same shape is inserted, which is the copy from one layout to the other.
struct LayoutPlanner {
  private(set) var graph: Graph
  private(set) var batch: BatchAxis
  private(set) var layouts: [ValueID: Layout] = [:]
  /// The nodes that kernels on strips or on numbers per channel compute.
  private(set) var fastNodes: Set<NodeID> = []
  /// The copy of a value in the other layout.
  private var copies: [ValueID: ValueID] = [:]

  /// Plans the layouts of a graph.
  ///
  /// - Throws: `CodegenError.unsupported`.
  init(_ graph: Graph) throws(CodegenError) {
    self.graph = graph
    batch = BatchAxis(graph)
    for name in graph.weightNames {
      if let value = graph.weight(named: name) { layouts[value] = .constant }
    }
    placeInputs()
    do throws(GraphError) {
      for id in graph.nodes.map(\.id) { try place(self.graph[id]) }
    } catch {
      throw .unsupported("\(error)", place: "the rewritten graph")
    }
  }

  private var forms: FastForms { FastForms(graph: graph, batch: batch) }

  func layout(of value: ValueID) -> Layout { layouts[value] ?? .rows }

  private func isInStrips(_ value: ValueID) -> Bool { layout(of: value) == .strips }

  /// Inputs are brought into strips where an operation on strips reads them.
  private mutating func placeInputs() {
    let forms = forms
    for (index, input) in graph.inputs.enumerated() {
      let isRead = graph.nodes(using: input).contains { user in
        let node = graph[user]
        return forms.copiesChannels(node) || forms.call(node) != nil
      }
      let isKept = isRead || graph.nodes(using: input).isEmpty
      layouts[input] = isKept && forms.isImage(input) ? .strips : .caller(index)
    }
  }

  // MARK: - Nodes

  private mutating func place(_ node: Node) throws(GraphError) {
    if let call = forms.call(node), belongsInStrips(call) {
      let images = call.operands.filter { forms.isImage($0) && graph.scalar(of: $0) == nil }
      try bringOperands(of: node, images.filter { !isWeightOfPart($0, call) }, toStrips: true)
      return setResults(of: node)
    }
    if forms.copiesChannels(node), node.operands.contains(where: isInStrips) {
      try bringOperands(of: node, node.operands, toStrips: true)
      return setResults(of: node)
    }
    if case .windowMeans = node.op, isInStrips(node.operands[0]), forms.isNumbers(node.result) {
      return setResults(of: node)
    }
    if case .fused(let op) = node.op, !op.parts.isEmpty || op.body.yields.contains(where: \.isMean)
    {
      return try split(node, op)
    }
    if node.isBlockMove, forms.isImage(node.operands[0]), forms.isImage(node.result) {
      let isConvolved = isConvolvedInStrips(node.result)
      layouts[node.result] = isConvolved ? .strips : .rows
      if isConvolved || isInStrips(node.operands[0]) { return }
    }
    if case .resize(let op) = node.op,
      let steps = op.steps(from: graph.type(of: node.operands[0]).shape)
    {
      return try replace(node, by: steps)
    }
    try bringOperands(of: node, node.operands.filter(isInStrips), toStrips: false)
    for result in node.results { layouts[result] = forms.isNumbers(result) ? .numbers : .rows }
  }

  private func isWeightOfPart(_ value: ValueID, _ call: FusedCall) -> Bool {
    call.parts.contains { $0.weight == value }
  }

  /// A convolution of single pixels is as fast on rows, if its input lies there.
  private func belongsInStrips(_ call: FusedCall) -> Bool {
    let images = call.operands.filter(forms.isImage)
    if images.isEmpty { return true }
    if images.contains(where: isInStrips) { return true }
    return call.parts.contains { part in
      graph.type(of: part.weight).fixedShape?[2...] != [1, 1]
    }
  }

  /// Whether a convolution that belongs into strips reads a value.
  private func isConvolvedInStrips(_ value: ValueID) -> Bool {
    graph.nodes(using: value).contains { user in
      guard let call = forms.call(graph[user]) else { return false }
      return call.parts.contains { $0.input == value } && belongsInStrips(call)
    }
  }

  private mutating func setResults(of node: Node) {
    let forms = forms
    fastNodes.insert(node.id)
    for result in node.results {
      layouts[result] = forms.isNumbers(result) ? .numbers : .strips
    }
  }

  /// Makes a node read copies of those operands that lie in another layout.
  private mutating func bringOperands(of node: Node, _ values: [ValueID], toStrips: Bool)
    throws(GraphError)
  {
    var operands = node.operands
    for value in values where isInStrips(value) != toStrips {
      let copy = try copy(of: value, before: node)
      for index in operands.indices where operands[index] == value { operands[index] = copy }
    }
    if operands != node.operands { graph.setOperands(operands, of: node.id) }
  }

  private mutating func copy(of value: ValueID, before node: Node) throws(GraphError) -> ValueID {
    if let known = copies[value] { return known }
    let copy = try graph.add(
      .reshape(Reshape(graph.type(of: value).shape)), [value], before: node.id,
      provenance: node.provenance)[0]
    layouts[copy] = isInStrips(value) ? .rows : .strips
    batch.include(copy, like: value)
    copies[value] = copy
    return copy
  }

  // MARK: - Operations in several steps

  private mutating func add(_ op: Op, _ operands: [ValueID], before node: Node)
    throws(GraphError) -> ValueID
  {
    let result = try graph.add(op, operands, before: node.id, provenance: node.provenance)[0]
    if operands.contains(where: batch.contains) { batch.include(result) }
    if let added = graph.producer(of: result) { try place(added) }
    return result
  }

  private mutating func replace(_ node: Node, by steps: [Resize]) throws(GraphError) {
    var value = node.operands[0]
    for step in steps {
      value = try add(.resize(step), [value], before: node)
    }
    graph.replaceUses(of: node.result, with: value)
    graph.remove([node.id])
  }

  /// Makes convolutions, sums, one body and means of an operation that no kernel does at once.
  private mutating func split(_ node: Node, _ op: Fused) throws(GraphError) {
    let layout = OperandLayout(op)
    var body = op.body
    var operands = Array(node.operands[layout.bodyStart...])
    if let sum = try sumOfParts(node, op, layout) {
      let channels = (forms.shape(of: sum)[1].fixedValue ?? 0) / op.accumulators
      let start = operands.count
      for block in 0..<op.accumulators {
        let cut = Slice(axis: 1, start: block * channels, end: (block + 1) * channels)
        operands.append(
          op.accumulators == 1 ? sum : try add(.slice(cut), [sum], before: node))
      }
      body = body.mapArguments { argument in
        if case .accumulator(let block) = argument { .operand(start + block) } else { argument }
      }
    }
    try replaceBody(node, body, operands)
  }

  private mutating func sumOfParts(_ node: Node, _ op: Fused, _ layout: OperandLayout)
    throws(GraphError) -> ValueID?
  {
    func width(_ place: OperandLayout.Part) -> Int {
      graph.type(of: node.operands[place.weight]).fixedShape?[0] ?? 0
    }
    let widest = layout.parts.map(width).max() ?? 0
    var bias = layout.bias.map { [node.operands[$0]] } ?? []
    var sum: ValueID?
    for (part, place) in zip(op.parts, layout.parts) {
      var input = node.operands[place.input]
      if let scale = place.scale {
        input = try add(
          .pointwise(Pointwise(.multiply)), [input, node.operands[scale]], before: node)
      }
      let missing = widest - width(place)
      var result = try add(
        .conv2D(Conv2D(window: part.window)),
        [input, node.operands[place.weight]] + (missing == 0 ? bias : []), before: node)
      if missing == 0 {
        bias = []
      } else {
        // The part reaches the first accumulators only.
        let pad = Pad(low: [0, 0, 0, 0], high: [0, .fixed(missing), 0, 0])
        result = try add(.pad(pad), [result], before: node)
      }
      sum =
        try sum.map { other throws(GraphError) in
          try add(.pointwise(Pointwise(.add)), [other, result], before: node)
        } ?? result
    }
    return sum
  }

  /// One operation for every yield.
  private mutating func replaceBody(
    _ node: Node, _ body: PointwiseProgram, _ operands: [ValueID]
  ) throws(GraphError) {
    for (yield, result) in zip(body.yields, node.results) {
      let program = PointwiseProgram(
        instructions: body.instructions, yields: [.init(yield.argument)]
      ).withoutDeadInstructions()
      // All operands stay, so that the shape does.
      let fused = Fused(parts: [], accumulators: 0, hasBias: false, body: program)
      var value = try add(.fused(fused), operands, before: node)
      if yield.isMean {
        value = try add(.globalAveragePool(GlobalAveragePool()), [value], before: node)
      }
      graph.replaceUses(of: result, with: value)
    }
    graph.remove([node.id])
  }
}

extension Node {
  /// Whether channels become blocks of pixels or the other way round.
  var isBlockMove: Bool {
    switch op {
    case .depthToSpace, .spaceToDepth: true
    default: false
    }
  }
}

extension Resize {
  /// The same in steps of one axis each, the last axis first, or nil where it is one axis already.
  func steps(from shape: [Dimension]) -> [Resize]? {
    let axes = extents.indices.filter { axis in
      shape[axis] != extents[axis] || scales.indices.contains(axis) && scales[axis] != 1
    }
    guard axes.count > 1 else { return nil }
    var own = shape
    return axes.reversed().map { axis in
      own[axis] = extents[axis]
      var step = self
      step.extents = own
      if !scales.isEmpty {
        step.scales = scales.indices.map { $0 == axis ? scales[axis] : 1 }
      }
      return step
    }
  }
}
