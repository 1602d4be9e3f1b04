/// Multiply-adds of all convolutions of images, per pixel of the input.
///
/// Convolutions of one number per channel, as in squeeze-and-excitation, cost nothing per pixel.
package func multiplyAddsPerPixel(of graph: Graph) -> Int {
  graph.nodes.reduce(0) { $0 + multiplyAddsPerPixel(of: $1, in: graph) }
}

/// Multiply-adds of one node's convolutions, per pixel of its result.
package func multiplyAddsPerPixel(of node: Node, in graph: Graph) -> Int {
  convolutions(of: node).reduce(0) { sum, convolution in
    guard !graph.type(of: convolution.input).isPerChannel else { return sum }
    return sum + (graph.type(of: convolution.weight).elementCount ?? 0)
  }
}

/// The input and the weight of every convolution that a node computes.
package func convolutions(of node: Node) -> [(input: ValueID, weight: ValueID)] {
  node.op.operation.convolutions.map { (node.operands[$0.input], node.operands[$0.weight]) }
}
