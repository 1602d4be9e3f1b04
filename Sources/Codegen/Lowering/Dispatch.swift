internal import GraphIR

extension StepBuilder {
  /// Turns one node into steps.
  mutating func lower(_ node: Node) throws(CodegenError) {
    if fastNodes.contains(node.id) {
      for operand in node.operands where !isImage(operand) { _ = inMemory(operand) }
      return try lowerOnStrips(node)
    }
    switch node.op {
    case .conv2D(let op): try lower(op, node)
    case .pointwise(let op): lower(op, node)
    case .fused(let op): lower(op.body, node)
    case .concat(let op): lower(op, node)
    case .slice(let op): lower(op, node)
    case .globalAveragePool: lowerMean(node)
    case .reduce(let op): lower(op, node)
    case .argReduce(let op): lower(op, node)
    case .topK(let op): lower(op, node)
    case .cumulativeSum(let op): lower(op, node)
    case .transpose(let op): lower(op, node)
    case .reshape: lowerReshape(node)
    case .expand: lowerExpand(node)
    case .pad(let op): lower(op, node)
    case .gather(let op): lower(op, node)
    case .pool2D(let op): try lower(op, node)
    case .maxUnpool2D: lowerUnpool(node)
    case .matMul: lowerProduct(node)
    case .depthToSpace(let op): lower(op, node)
    case .spaceToDepth(let op): lower(op, node)
    case .resize(let op): lower(op, node)
    case .gridSample(let op): lower(op, node)
    case .windowMeans(let op): lower(op, node)
    }
  }

  /// Turns a node into steps on images in strips and numbers per channel.
  private mutating func lowerOnStrips(_ node: Node) throws(CodegenError) {
    switch node.op {
    case .concat: lowerChannels(ofConcat: node)
    case .slice(let op): lowerChannels(of: op, node)
    case .windowMeans(let op): lower(op, node)
    default:
      guard let call = FastForms(graph: graph, batch: batch).call(node) else {
        throw .unsupported("the operation \(node.op.operation.mnemonic)", place: place(of: node))
      }
      try append(call)
    }
  }
}
