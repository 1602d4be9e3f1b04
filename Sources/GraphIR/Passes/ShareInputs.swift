/// Moves a convolution to the fused node before it that convolves the same image already.
///
/// ```
/// %0 = fused {                           %0, %1 = fused {
///     acc[1] = conv2d(%x, @r)                acc[2] = conv2d(%x, @r$n)
///     yield acc[0]                           yield acc[0], acc[1]
///   }                                      }
/// %1 = fused {                      →    %2 = fused {
///     acc[1] = conv2d(%x, @n)                acc[1] = conv2d(%0, @h)
///            + conv2d(%0, @h)                t0 = add(acc[0], %1)
///     yield acc[0]                           yield t0
///   }                                      }
/// return y: %1                           return y: %2
/// ```
///
/// The second node is the only user of the first and convolves one of its results, as the
/// candidate of a gated unit does with the gated state. Both then run as one pass over bands of
/// rows, so the image that passes from one to the other never reaches memory, and the shared
/// input is read and transformed once.
package struct ShareInputs: RewritePass {
  package let name = "share-inputs"

  package init() {}

  /// With more accumulators, register tiles become too narrow to pay.
  private static let mostAccumulators = 6

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let second = Convolutions(node, in: graph) else { return false }
    for (place, input) in second.layout.parts.enumerated() {
      guard let producer = graph.producer(of: node.operands[input.input]),
        let first = Convolutions(producer, in: graph), first.type == second.type,
        producer.results.allSatisfy({ graph.onlyUser(of: $0, is: node.id) }),
        first.fused.accumulators + second.fused.accumulators <= Self.mostAccumulators
      else { continue }
      for moved in second.layout.parts.indices where moved != place {
        guard let shared = first.part(matching: second, moved, in: graph) else { continue }
        try move(moved, of: second, to: shared, of: first, &graph)
        return true
      }
    }
    return false
  }

  private func move(
    _ moved: Int, of second: Convolutions, to shared: Int, of first: Convolutions,
    _ graph: inout Graph
  ) throws(GraphError) {
    let sums = try widen(first, at: shared, by: moved, of: second, &graph)
    try narrow(second, without: moved, adding: sums, &graph)
  }

  /// Makes the first node compute the convolution, too.
  ///
  /// - Returns: The new results, one for each accumulator of the second node.
  private func widen(
    _ first: Convolutions, at shared: Int, by moved: Int, of second: Convolutions,
    _ graph: inout Graph
  ) throws(GraphError) -> [ValueID] {
    var fused = first.fused
    var operands = first.node.operands
    let place = first.layout.parts[shared].weight
    operands[place] = graph.concatenateWeights([operands[place], second.weight(moved)])
    let biases = [first, second].map { ($0.bias, $0.channels) }
    if let bias = graph.concatenateBiases(biases) {
      if let place = first.layout.bias {
        operands[place] = bias
      } else {
        operands.insert(bias, at: first.layout.bodyStart)
        fused.hasBias = true
      }
    }
    let added = (0..<second.fused.accumulators).map { fused.accumulators + $0 }
    fused.accumulators += added.count
    fused.body.yields += added.map { .init(.accumulator($0)) }
    let provenance = first.node.provenance.merged(with: second.node.provenance, by: name)
    let results = try graph.add(
      .fused(fused), operands, before: first.node.id, provenance: provenance)
    for (old, new) in zip(first.node.results, results) { graph.replaceUses(of: old, with: new) }
    return Array(results.suffix(added.count))
  }

  /// Makes the second node read the sums that the first one computes now.
  private func narrow(
    _ second: Convolutions, without moved: Int, adding sums: [ValueID], _ graph: inout Graph
  ) throws(GraphError) {
    // The operands of the part and of the bias go; those that were replaced meanwhile are read
    // from the graph.
    let node = graph[second.node.id]
    var fused = second.fused
    fused.parts.remove(at: moved)
    fused.hasBias = false
    var operands: [ValueID] = []
    for (index, part) in second.layout.parts.enumerated() where index != moved {
      operands += [node.operands[part.input], node.operands[part.weight]]
      if let scale = part.scale { operands.append(node.operands[scale]) }
    }
    let body = Array(node.operands[second.layout.bodyStart...])
    let (program, used) = fused.body.addingOperands(to: sums.count, from: body.count)
      .numberingOperands()
    fused.body = program
    let results = try graph.add(
      .fused(fused), operands + used.map { (body + sums)[$0] }, before: node.id,
      provenance: node.provenance.through(name))
    for (old, new) in zip(node.results, results) { graph.replaceUses(of: old, with: new) }
  }
}

/// A fused node of convolutions with constant weights.
private struct Convolutions {
  let node: Node
  let fused: Fused
  let layout: OperandLayout
  /// The type of the numbers of its body.
  let type: TensorType

  init?(_ node: Node, in graph: Graph) {
    guard case .fused(let fused) = node.op, !fused.parts.isEmpty else { return nil }
    self.node = node
    self.fused = fused
    layout = OperandLayout(fused)
    type = fused.bodyType(of: node.operands.map { graph.type(of: $0) })
    guard layout.constants.allSatisfy({ graph.isWeight(node.operands[$0]) }) else { return nil }
  }

  var bias: ValueID? { layout.bias.map { node.operands[$0] } }

  /// Channels of all accumulators together.
  var channels: Int { fused.accumulators * (type.channels ?? 0) }

  func weight(_ part: Int) -> ValueID { node.operands[layout.parts[part].weight] }

  /// The part that reads what a part of another node reads, both adding to all accumulators.
  func part(matching other: Convolutions, _ index: Int, in graph: Graph) -> Int? {
    let wanted = other.input(index, in: graph)
    guard other.coversAll(index, in: graph) else { return nil }
    return layout.parts.indices.first {
      coversAll($0, in: graph) && input($0, in: graph) == wanted
    }
  }

  private func coversAll(_ part: Int, in graph: Graph) -> Bool {
    graph.type(of: weight(part)).shape[0] == .fixed(channels)
  }

  private func input(_ part: Int, in graph: Graph) -> PartInput {
    PartInput(part, of: node, fused, in: graph)
  }
}

extension PointwiseProgram {
  /// The same program with an operand added to each of the first accumulators, from the operand
  /// `first` on.
  fileprivate func addingOperands(to accumulators: Int, from first: Int) -> PointwiseProgram {
    var program = mapArguments { argument in
      switch argument {
      case .accumulator(let index): .instruction(index)
      case .instruction(let index): .instruction(index + accumulators)
      case .operand, .constant: argument
      }
    }
    let sums = (0..<accumulators).map {
      Instruction(.add, [.accumulator($0), .operand(first + $0)])
    }
    program.instructions = sums + program.instructions
    return program
  }
}
