internal import GraphIR

extension StepBuilder {
  /// Cutting an image along its channels copies some of them.
  mutating func lower(_ op: Slice, _ node: Node) throws(CodegenError) {
    guard let range = op.range, range.axis == 1, isImage(node.operands[0]) else {
      throw .unsupported("slice along another axis than channels", place: place(of: node))
    }
    let copy = ChannelCopy(
      source: node.operands[0], sourceStart: range.elements.lowerBound, resultStart: 0,
      count: range.elements.count)
    append(.copyChannels([copy], result: node.result))
  }
}
