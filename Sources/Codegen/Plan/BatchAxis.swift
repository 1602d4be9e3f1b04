package import GraphIR

/// The first axis of the values of a graph where every operation treats its indices apart, so that
/// the program may go through them one after another in the memory of one.
package struct BatchAxis: Sendable {
  /// The values that have the axis; for others every index is the same.
  private var values: Set<ValueID>
  /// The extent of the axis; 1 where the graph must be computed as a whole.
  package let extent: Dimension

  /// Looks for the axis.
  init(_ graph: Graph) {
    let common = graph.inputs.compactMap { graph.type(of: $0).shape.first }.first { $0 != 1 }
    guard let common, let values = Self.values(of: graph, common) else {
      self.values = []
      extent = 1
      return
    }
    self.values = values
    extent = common
  }

  /// Whether a value has the axis.
  func contains(_ value: ValueID) -> Bool { values.contains(value) }

  /// Notes that a value has the axis.
  mutating func include(_ value: ValueID) { values.insert(value) }

  /// Notes that a value has the axis if another one does.
  mutating func include(_ copy: ValueID, like value: ValueID) {
    if contains(value) { include(copy) }
  }

  /// The shape of a value for one index of the axis.
  func shape(of value: ValueID, in graph: Graph) -> [Dimension] {
    let shape = graph.type(of: value).shape
    return values.contains(value) ? [1] + shape.dropFirst() : shape
  }

  private static func values(of graph: Graph, _ extent: Dimension) -> Set<ValueID>? {
    var values = Set(graph.inputs.filter { graph.type(of: $0).shape.first == extent })
    func isFree(_ value: ValueID) -> Bool {
      let shape = graph.type(of: value).shape
      let rest = values.contains(value) ? shape[1...] : shape[...]
      return rest.allSatisfy { $0.symbols.isDisjoint(with: extent.symbols) }
    }
    guard graph.inputs.allSatisfy(isFree) else { return nil }
    for node in graph.nodes {
      let rule = BatchRule(node: node, graph: graph, extent: extent, batched: values)
      if rule.isMade || node.operands.contains(where: values.contains) {
        guard rule.holds else { return nil }
        values.formUnion(node.results)
      }
      guard node.results.allSatisfy(isFree) else { return nil }
    }
    return values
  }
}

/// Whether one node treats the indices of the batch axis apart.
private struct BatchRule {
  let node: Node
  let graph: Graph
  let extent: Dimension
  let batched: Set<ValueID>

  private func has(_ place: Int) -> Bool { batched.contains(node.operands[place]) }
  private func shape(_ place: Int) -> [Dimension] { graph.type(of: node.operands[place]).shape }
  private var result: [Dimension] { graph.type(of: node.result).shape }

  /// Whether the node repeats something else along the axis.
  var isMade: Bool {
    if case .expand = node.op { result.first == extent && isRepeated(0) } else { false }
  }

  /// Whether an operand is the same for every index of the axis.
  private func isRepeated(_ place: Int) -> Bool {
    !has(place) && (shape(place).count < result.count || shape(place).first == 1)
  }

  private func isAligned(_ place: Int) -> Bool {
    has(place) ? shape(place).count == result.count : isRepeated(place)
  }

  var holds: Bool {
    guard node.results.allSatisfy({ graph.type(of: $0).shape.first == extent }) else {
      return false
    }
    switch node.op {
    case .conv2D: return has(0) && node.operands.indices.dropFirst().allSatisfy { !has($0) }
    case .globalAveragePool, .pool2D, .depthToSpace, .spaceToDepth: return true
    case .pointwise, .expand: return node.operands.indices.allSatisfy(isAligned)
    case .maxUnpool2D, .gridSample: return node.operands.indices.allSatisfy(has)
    case .concat(let op): return op.axis != 0 && node.operands.indices.allSatisfy(has)
    case .slice(let op): return op.cuts.allSatisfy { $0.axis != 0 }
    case .reduce(let op): return !op.axes.contains(0)
    case .argReduce(let op): return op.axis != 0
    case .topK(let op): return op.axis != 0
    case .cumulativeSum(let op): return op.axis != 0
    case .transpose(let op): return op.permutation.first == 0
    case .reshape:
      return Dimension.product(shape(0).dropFirst()) == Dimension.product(result.dropFirst())
    case .pad(let op): return op.low[0] == 0 && op.high[0] == 0
    case .gather(let op): return op.axis != 0 && has(0) && !has(1)
    case .matMul: return holdsForProduct
    case .resize(let op): return op.scales.isEmpty || op.scales[0] == 1
    case .windowMeans: return node.operands.indices.allSatisfy(has)
    case .fused(let op): return holds(for: op)
    }
  }

  private var holdsForProduct: Bool {
    let (isLeft, isRight) = (has(0), has(1))
    let rank = result.count
    if isLeft {
      guard shape(0).count == rank, rank >= 2 else { return false }
      return rank == 2 ? !isRight : isAligned(1) || shape(1).count <= 2 && !isRight
    }
    return isRight && shape(1).count == rank && rank >= 3 && isRepeated(0)
  }

  private func holds(for op: Fused) -> Bool {
    let layout = OperandLayout(op)
    let constants = layout.parts.map(\.weight) + (layout.bias.map { [$0] } ?? [])
    return layout.parts.allSatisfy { has($0.input) && ($0.scale.map(isAligned) ?? true) }
      && constants.allSatisfy { !has($0) }
      && node.operands.indices.dropFirst(layout.bodyStart).allSatisfy(isAligned)
  }
}
