/// What a graph costs, stage by stage; per pixel means per pixel of the input image.
package struct CostTable: Sendable {
  /// The costs of one stage, or of everything.
  package struct Row: Hashable, Sendable {
    /// Number of operations.
    package var operations = 0
    /// Numbers in the weights that are used.
    package var parameters = 0
    /// Multiply-adds of convolutions of images, per pixel.
    package var multiplyAdds = 0.0
    /// Numbers that are written, per pixel.
    package var activations = 0.0
  }

  /// Rows by stage, in order; nil collects what belongs to no stage or to several.
  package private(set) var stages: [(stage: Int?, row: Row)] = []
  /// All rows together.
  package private(set) var total = Row()
  /// Number of operations by name, in alphabetical order.
  package private(set) var kinds: [(name: String, count: Int)] = []

  /// Adds up the costs of a graph.
  package init(_ graph: Graph) {
    let nodes = graph.nodes
    total = Self.row(nodes, graph)
    let numbers = Set(nodes.compactMap(\.provenance.stage)).sorted()
    for number in numbers.map(Optional.some) + [nil] {
      let own = nodes.filter { $0.provenance.stage == number }
      if !own.isEmpty { stages.append((number, Self.row(own, graph))) }
    }
    let names = nodes.map(\.op.operation.mnemonic)
    kinds = Set(names).sorted().map { name in (name, names.count { $0 == name }) }
  }

  private static func row(_ nodes: [Node], _ graph: Graph) -> Row {
    var row = Row(operations: nodes.count)
    var weights: Set<ValueID> = []
    for node in nodes {
      weights.formUnion(node.operands.filter { graph.isWeight($0) })
      let plane = graph.shareOfImage(node)
      row.multiplyAdds += Double(multiplyAddsPerPixel(of: node, in: graph)) * plane
      for result in node.results where !graph.type(of: result).isPerChannel {
        row.activations += Double(graph.type(of: result).channels ?? 0) * plane
      }
    }
    for weight in weights where graph.type(of: weight).rank > 0 {
      row.parameters += graph.type(of: weight).elementCount ?? 0
    }
    return row
  }
}

extension Graph {
  /// Pixels that a node computes for every pixel of the first input: 1 where both have one size,
  /// ¼ behind a stride of 2, 0 where the sizes have nothing to do with each other.
  fileprivate func shareOfImage(_ node: Node) -> Double {
    guard let image = inputs.first.map({ type(of: $0) }), image.rank == 4 else { return 0 }
    var result = type(of: node.result)
    if case .fused(let fused) = node.op {
      // Means may be all that a fused operation yields; it goes over the pixels all the same.
      result = fused.bodyType(of: node.operands.map { type(of: $0) })
    }
    guard result.rank == 4 else { return 0 }
    return result.shape[2].ratio(to: image.shape[2]) * result.shape[3].ratio(to: image.shape[3])
  }
}

extension Dimension {
  /// What this extent is of another one where both are large, or 0 where they are unrelated.
  fileprivate func ratio(to other: Dimension) -> Double {
    if self == other { return 1 }
    switch (self, other) {
    case (.fixed(let own), .fixed(let other)): return Double(own) / Double(max(other, 1))
    case (.quotient(let base, let divisor), _): return base.ratio(to: other) / Double(divisor)
    case (.sum(let sum), _):
      return sum.terms.reduce(0) { total, term in
        let isLinear = term.factors.count == 1
        return total + (isLinear ? Double(term.coefficient) * term.factors[0].ratio(to: other) : 0)
      }
    default: return 0
    }
  }
}
