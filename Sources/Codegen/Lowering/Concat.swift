internal import GraphIR

extension StepBuilder {
  /// Joining images along their channels copies them behind each other.
  mutating func lower(_ op: Concat, _ node: Node) throws(CodegenError) {
    guard op.axis == 1, node.operands.allSatisfy(isImage) else {
      throw .unsupported("concat along another axis than channels", place: place(of: node))
    }
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
}
