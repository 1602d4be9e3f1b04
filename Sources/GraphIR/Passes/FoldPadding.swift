/// Lets a convolution add the zeros that were added before it.
///
/// ```
/// %0 = pad %x {low: [0, 0, 1, 2], high: [0, 0, 1, 2]}
/// %1 = conv2d %0, @w                                    →   %0 = conv2d %x, @w {pad: [1, 2, 1, 2]}
/// return y: %1                                              return y: %0
/// ```
package struct FoldPadding: RewritePass {
  package let name = "fold-padding"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .conv2D(var conv) = node.op, let source = graph.producer(of: node.operands[0]),
      case .pad(let pad) = source.op, pad.mode == .constant, pad.value == 0,
      let widths = widths(of: pad)
    else { return false }
    conv.window.padding = zip(conv.window.padding, widths).map(+)
    guard conv.window.padding.allSatisfy({ $0 <= Window.limit }) else { return false }
    let result = try graph.add(
      .conv2D(conv), [source.operands[0]] + node.operands.dropFirst(), before: node.id,
      provenance: node.provenance.through(name))[0]
    graph.replaceUses(of: node.result, with: result)
    return true
  }

  /// Top, left, bottom and right, where nothing else is added or taken away.
  private func widths(of pad: Pad) -> [Int]? {
    let widths = (pad.low[2...] + pad.high[2...]).compactMap(\.fixedValue)
    guard (pad.low[..<2] + pad.high[..<2]).allSatisfy({ $0 == 0 }), widths.count == 4,
      widths.allSatisfy({ 0...Window.limit ~= $0 })
    else { return nil }
    return widths
  }
}
