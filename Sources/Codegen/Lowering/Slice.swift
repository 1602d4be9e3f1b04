internal import GraphIR

extension StepBuilder {
  /// Cutting an image along its channels copies some of them.
  mutating func lowerChannels(of op: Slice, _ node: Node) {
    guard let range = op.range else { preconditionFailure("a slice of no range of channels") }
    let copy = ChannelCopy(
      source: node.operands[0], sourceStart: range.elements.lowerBound, resultStart: 0,
      count: range.elements.count)
    append(.copyChannels([copy], result: node.result))
  }

  /// Cutting a tensor is another way to see it.
  mutating func lower(_ op: Slice, _ node: Node) {
    let source = expression(of: node.operands[0])
    define(
      node.result,
      source.mapViews(shape: shape(of: node.result)) { view in
        var view = view
        for cut in op.cuts {
          view.offset = view.offset + cut.start * view.strides[cut.axis]
          view.strides[cut.axis] = view.strides[cut.axis] * .fixed(cut.step)
        }
        return view
      })
  }
}
