internal import GraphIR

extension StepBuilder {
  /// Cutting an image along its channels copies some of them.
  mutating func lower(_ op: Slice, _ node: Node) throws(CodegenError) {
    guard op.axis == 1, isImage(node.operands[0]) else {
      throw .unsupported("slice along another axis than channels", place: place(of: node))
    }
    let copy = ChannelCopy(
      source: node.operands[0], sourceStart: op.start, resultStart: 0, count: op.end - op.start)
    append(.copyChannels([copy], result: node.result))
  }
}
