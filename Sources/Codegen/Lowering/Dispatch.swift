internal import GraphIR

extension StepBuilder {
  /// Turns one node into steps.
  mutating func lower(_ node: Node) throws(CodegenError) {
    switch node.op {
    case .conv2D(let op): try lower(op, node)
    case .pointwise(let op): try lower(op, node)
    case .concat(let op): try lower(op, node)
    case .slice(let op): try lower(op, node)
    case .globalAveragePool(let op): try lower(op, node)
    case .fused(let op): try lower(op, node)
    case .reduce, .argReduce, .topK, .transpose, .reshape, .expand, .pad, .gather, .pool2D,
      .matMul, .depthToSpace, .spaceToDepth, .resize:
      throw .unsupported("the operation \(node.op.operation.mnemonic)", place: place(of: node))
    }
  }
}
