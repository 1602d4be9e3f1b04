/// What nodes cost for an image of a given size.
package struct NodeCost: Hashable, Sendable {
  /// Numbers in the weights that are used, each weight counted once.
  package var parameters = 0.0
  /// Multiply-adds of convolutions and products of matrices.
  package var multiplyAdds = 0.0
  /// Bytes of the operands, read once by every node.
  package var bytesRead = 0.0
  /// Bytes of the results.
  package var bytesWritten = 0.0

  /// Bytes that are read or written.
  package var bytesMoved: Double { bytesRead + bytesWritten }

  /// Adds up the costs of nodes of a graph.
  ///
  /// - Parameter symbols: The extents of symbolic axes; what depends on others counts nothing.
  package init(_ nodes: [Node], in graph: Graph, _ symbols: [String: Int]) {
    var weights: Set<ValueID> = []
    for node in nodes {
      let operands = Set(node.operands)
      weights.formUnion(operands.filter { graph.isWeight($0) && graph.type(of: $0).rank > 0 })
      bytesRead += operands.reduce(0) { $0 + graph.type(of: $1).bytes(symbols) }
      bytesWritten += node.results.reduce(0) { $0 + graph.type(of: $1).bytes(symbols) }
      multiplyAdds += graph.multiplyAdds(of: node, symbols)
    }
    parameters = weights.reduce(0) { $0 + (graph.type(of: $1).elements(symbols) ?? 0) }
  }
}

extension Graph {
  /// Every element of a weight is used once for every pixel that its convolution computes, and a
  /// row of the left matrix for every element of a product.
  fileprivate func multiplyAdds(of node: Node, _ symbols: [String: Int]) -> Double {
    if case .matMul = node.op {
      let products = type(of: node.result).elements(symbols) ?? 0
      let terms = type(of: node.operands[0]).shape.last?.evaluated(symbols) ?? 0
      return products * Double(terms)
    }
    let convolutions = convolutions(of: node)
    guard !convolutions.isEmpty else { return 0 }
    var result = type(of: node.result)
    if case .fused(let fused) = node.op {
      // Means may be all that a fused operation yields; it goes over the pixels all the same.
      result = fused.bodyType(of: node.operands.map { type(of: $0) })
    }
    guard result.rank > 1 else { return 0 }
    result.shape.remove(at: 1)
    let pixels = result.elements(symbols) ?? 0
    return convolutions.reduce(0) { $0 + pixels * (type(of: $1.weight).elements(symbols) ?? 0) }
  }
}

extension Graph {
  /// The shapes of values for given values of the symbols; an extent that depends on others is 1.
  package func shapes(of values: [ValueID], _ symbols: [String: Int]) -> [[Int]] {
    values.map { type(of: $0).shape.map { $0.evaluated(symbols) ?? 1 } }
  }
}

extension TensorType {
  /// The extents for given values of the symbols, or nil where one has none.
  package func extents(_ symbols: [String: Int]) -> [Int]? {
    let extents = shape.compactMap { $0.evaluated(symbols) }
    return extents.count == rank ? extents : nil
  }

  /// Number of elements, which may be larger than any integer.
  fileprivate func elements(_ symbols: [String: Int]) -> Double? {
    extents(symbols)?.reduce(1) { $0 * Double(max($1, 0)) }
  }

  /// Bytes of all elements; 0 where an extent is not known.
  package func bytes(_ symbols: [String: Int]) -> Double {
    (elements(symbols) ?? 0) * Double(element.byteCount)
  }
}
