/// Takes fused nodes apart into the convolutions and pointwise functions that they stand for, for
/// readers that know no fused operation.
///
/// ```
/// %0 = fused {                            %0 = conv2d %x, @w, @b
///     acc[1] = conv2d(%x, @w) + @b   →    %1 = tanh %0
///     t0 = tanh(acc[0])
///     yield t0
///   }
/// ```
package struct DecomposeFused: RewritePass {
  package let name = "decompose-fused"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .fused(let fused) = node.op else { return false }
    var parts = FusedParts(node, fused, name)
    let results = try parts.results(in: &graph)
    for (old, new) in zip(node.results, results) { graph.replaceUses(of: old, with: new) }
    return true
  }
}

/// A fused node that is taken apart.
private struct FusedParts {
  private let node: Node
  private let fused: Fused
  private let layout: OperandLayout
  private let provenance: Provenance
  private var accumulators: [ValueID] = []
  private var instructions: [ValueID] = []

  init(_ node: Node, _ fused: Fused, _ pass: String) {
    (self.node, self.fused) = (node, fused)
    layout = OperandLayout(fused)
    provenance = node.provenance.through(pass)
  }

  /// The values of the results, computed by new nodes in front of the fused one.
  mutating func results(in graph: inout Graph) throws(GraphError) -> [ValueID] {
    let shape = fused.bodyType(of: node.operands.map { graph.type(of: $0) }).shape
    try accumulate(width: shape[1].fixedValue ?? 0, in: &graph)
    for instruction in fused.body.instructions {
      var operands: [ValueID] = []
      for argument in instruction.arguments { operands.append(value(argument, in: &graph)) }
      instructions.append(
        try add(.pointwise(Pointwise(instruction.function)), operands, in: &graph))
    }
    var results: [ValueID] = []
    for yield in fused.body.yields {
      var result = value(yield.argument, in: &graph)
      if graph.type(of: result).shape != shape {
        result = try add(.expand(Expand(shape)), [result], in: &graph)
      }
      if yield.isMean {
        result = try add(.globalAveragePool(GlobalAveragePool()), [result], in: &graph)
      }
      results.append(result)
    }
    return results
  }

  /// Adds up the convolutions that reach all accumulators, and then the others where they reach.
  private mutating func accumulate(width: Int, in graph: inout Graph) throws(GraphError) {
    var sum: ValueID?
    var narrow: [ValueID] = []
    for (part, place) in zip(fused.parts, layout.parts) {
      let isWide =
        graph.type(of: node.operands[place.weight]).shape[0] == .fixed(width * fused.accumulators)
      let term = try convolve(part, place, withBias: isWide && sum == nil, in: &graph)
      if !isWide {
        narrow.append(term)
      } else if let before = sum {
        sum = try add(.pointwise(Pointwise(.add)), [before, term], in: &graph)
      } else {
        sum = term
      }
    }
    guard let sum else { return }
    accumulators = try blocks(of: sum, width, in: &graph)
    for term in narrow {
      for (index, block) in try blocks(of: term, width, in: &graph).enumerated() {
        let operands = [accumulators[index], block]
        accumulators[index] = try add(.pointwise(Pointwise(.add)), operands, in: &graph)
      }
    }
  }

  private func convolve(
    _ part: Fused.Part, _ place: OperandLayout.Part, withBias: Bool, in graph: inout Graph
  ) throws(GraphError) -> ValueID {
    var input = node.operands[place.input]
    if let scale = place.scale {
      let operands = [input, node.operands[scale]]
      input = try add(.pointwise(Pointwise(.multiply)), operands, in: &graph)
    }
    var operands = [input, node.operands[place.weight]]
    if withBias, let bias = layout.bias { operands.append(node.operands[bias]) }
    return try add(.conv2D(Conv2D(window: part.window)), operands, in: &graph)
  }

  /// Blocks of `width` channels.
  private func blocks(of value: ValueID, _ width: Int, in graph: inout Graph) throws(GraphError)
    -> [ValueID]
  {
    guard let channels = graph.type(of: value).channels, channels > width else { return [value] }
    var blocks: [ValueID] = []
    for start in stride(from: 0, to: channels, by: width) {
      let cut = Slice(axis: 1, start: start, end: start + width)
      blocks.append(try add(.slice(cut), [value], in: &graph))
    }
    return blocks
  }

  private func value(_ argument: PointwiseProgram.Argument, in graph: inout Graph) -> ValueID {
    switch argument {
    case .accumulator(let index): accumulators[index]
    case .operand(let index): node.operands[layout.bodyStart + index]
    case .instruction(let index): instructions[index]
    case .constant(let number): graph.addScalar(number)
    }
  }

  private func add(_ op: Op, _ operands: [ValueID], in graph: inout Graph) throws(GraphError)
    -> ValueID
  {
    try graph.add(op, operands, before: node.id, provenance: provenance)[0]
  }
}
