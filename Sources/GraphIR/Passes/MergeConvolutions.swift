/// Computes convolutions of the same inputs together, as several accumulators of one ``Fused``:
/// the gates of a recurrent unit read their inputs once.
///
/// ```
/// %0 = fused {                           %0, %1 = fused {
///     acc[1] = conv2d(%x, @z)                acc[2] = conv2d(%x, @z$n)
///     yield acc[0]                           yield acc[0], acc[1]
///   }                               →      }
/// %1 = fused {                           return z: %0, n: %1
///     acc[1] = conv2d(%x, @n)
///     yield acc[0]
///   }
/// return z: %0, n: %1
/// ```
///
/// The inputs must agree with their windows, kernel extents and scales, in any order; weights are
/// joined along their output channels at compile time. Nodes with the same inputs and constant
/// weights cannot depend on each other, so the merged one stands where the first was.
package struct MergeConvolutions: RewritePass {
  package let name = "merge-convs"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let first = PlainConvolution(node, in: graph) else { return false }
    var members = [Member(first, weights: first.layout.parts.map { node.operands[$0.weight] })]
    let readers = graph.nodes(using: node.operands[first.layout.parts[0].input])
    for other in readers.drop(while: { $0 != node.id }).dropFirst() {
      guard let convolution = PlainConvolution(graph[other], in: graph),
        let weights = convolution.weights(alignedTo: first, in: graph)
      else { continue }
      members.append(Member(convolution, weights: weights))
    }
    guard members.count > 1 else { return false }
    try merge(members, in: &graph)
    return true
  }

  private func merge(
    _ members: [Member], in graph: inout Graph
  ) throws(GraphError) {
    let first = members[0].convolution
    var operands: [ValueID] = []
    for (index, part) in first.layout.parts.enumerated() {
      operands.append(first.node.operands[part.input])
      operands.append(graph.concatenateWeights(members.map { $0.weights[index] }))
      if let scale = part.scale { operands.append(first.node.operands[scale]) }
    }
    let bias = graph.concatenateBiases(
      members.map { ($0.convolution.bias, $0.convolution.channels(in: graph)) })
    var yields: [(old: ValueID, yield: PointwiseProgram.Yield)] = []
    var accumulators = 0
    for member in members {
      yields += member.yields(from: accumulators, in: graph)
      accumulators += member.convolution.fused.accumulators
    }
    let fused = Fused(
      parts: first.fused.parts, accumulators: accumulators, hasBias: bias != nil,
      body: PointwiseProgram(yields: yields.map(\.yield)))
    let provenance = members.dropFirst().reduce(first.node.provenance) {
      $0.merged(with: $1.convolution.node.provenance, by: name)
    }
    let results = try graph.add(
      .fused(fused), operands + (bias.map { [$0] } ?? []), before: first.node.id,
      provenance: provenance)
    for (yield, new) in zip(yields, results) { graph.replaceUses(of: yield.old, with: new) }
  }
}

/// One of the convolutions that are merged.
private struct Member {
  let convolution: PlainConvolution
  /// Its weights in the order of the first member's parts.
  let weights: [ValueID]

  init(_ convolution: PlainConvolution, weights: [ValueID]) {
    self.convolution = convolution
    self.weights = weights
  }

  /// The results in use, as accumulators counted from `offset`.
  func yields(
    from offset: Int, in graph: Graph
  ) -> [(old: ValueID, yield: PointwiseProgram.Yield)] {
    zip(convolution.node.results, convolution.fused.body.yields).compactMap { old, yield in
      guard case .accumulator(let index) = yield.argument, !graph.isUnused(old) else { return nil }
      return (old, .init(.accumulator(offset + index)))
    }
  }
}

extension PlainConvolution {
  /// This node's weights, one for each part of `other`, if both have the same inputs.
  fileprivate func weights(alignedTo other: PlainConvolution, in graph: Graph) -> [ValueID]? {
    guard fused.parts.count == other.fused.parts.count,
      channels(in: graph) * other.fused.accumulators
        == other.channels(in: graph) * fused.accumulators
    else { return nil }
    var rest = partInputs(in: graph)
    var weights: [ValueID] = []
    for wanted in other.partInputs(in: graph) {
      guard let index = rest.firstIndex(where: { $0.input == wanted.input }) else { return nil }
      weights.append(rest.remove(at: index).weight)
    }
    return weights
  }

  private func partInputs(in graph: Graph) -> [(input: PartInput, weight: ValueID)] {
    layout.parts.indices.map { index in
      (PartInput(index, of: node, fused, in: graph), node.operands[layout.parts[index].weight])
    }
  }
}
