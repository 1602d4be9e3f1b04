internal import GraphIR

extension StepBuilder {
  /// Joining images along their channels copies them behind each other.
  mutating func lowerChannels(ofConcat node: Node) {
    var copies: [ChannelCopy] = []
    var start = 0
    for operand in node.operands {
      let count = graph.type(of: operand).channels ?? 0
      copies.append(
        ChannelCopy(source: operand, sourceStart: 0, resultStart: start, count: count))
      start += count
    }
    append(.copyChannels(copies, result: node.result))
  }

  /// Joining tensors copies each to its place.
  mutating func lower(_ op: Concat, _ node: Node) {
    let result = View(node.result, shape: shape(of: node.result))
    var start: Dimension = 0
    for operand in node.operands {
      var target = result
      target.offset = start * result.strides[op.axis]
      appendMap(expression(of: operand), to: target)
      start = start + shape(of: operand)[op.axis]
    }
  }
}
