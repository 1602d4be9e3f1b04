/// Turns the convolution of joined channels into a sum of convolutions, so that nothing is joined.
///
/// ```
/// %0 = concat %a, %b {axis: 1}           %0 = conv2d %a, @w.in0_2, @b
/// %1 = conv2d %0, @w, @b            →    %1 = conv2d %b, @w.in2_3
/// return y: %1                           %2 = add %0, %1
///                                        return y: %2
/// ```
///
/// The weight is cut along its input channels at compile time. What is joined of very many parts is
/// left so: each would be a convolution of its own.
package struct SplitConcatInputs: RewritePass {
  package let name = "split-concat-inputs"
  private static let partLimit = 64

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let conv = graph.fusibleConvolution(node),
      let join = graph.producer(of: node.operands[0]),
      case .concat(let concat) = join.op, concat.axis == 1,
      graph.hasChannelParts(join.result, atMost: Self.partLimit)
    else { return false }
    let provenance = node.provenance.through(name)
    var sum: ValueID?
    var start = 0
    for input in join.operands {
      guard let channels = graph.type(of: input).channels else { return false }
      let weight = graph.sliceInputChannels(of: node.operands[1], start..<start + channels)
      let bias = sum == nil ? Array(node.operands.dropFirst(2)) : []
      let term = try graph.add(
        .conv2D(conv), [input, weight] + bias, before: node.id, provenance: provenance)[0]
      sum = try graph.sum(sum, term, before: node.id, provenance: provenance)
      start += channels
    }
    if let sum { graph.replaceUses(of: node.result, with: sum) }
    return true
  }
}

extension Graph {
  /// Whether the channels of a value are joined of so few parts, those of parts counted.
  fileprivate func hasChannelParts(_ value: ValueID, atMost limit: Int) -> Bool {
    var rest = [value]
    var parts = 0
    while let next = rest.popLast() {
      if let join = producer(of: next), case .concat(let concat) = join.op, concat.axis == 1 {
        rest += join.operands
      } else {
        parts += 1
      }
      // A value may be a part of itself many times.
      guard parts + rest.count <= limit else { return false }
    }
    return true
  }

  /// Adds `term` to a sum that may not have begun.
  fileprivate mutating func sum(
    _ sum: ValueID?, _ term: ValueID, before position: NodeID, provenance: Provenance
  ) throws(GraphError) -> ValueID {
    guard let sum else { return term }
    return try add(
      .pointwise(Pointwise(.add)), [sum, term], before: position, provenance: provenance)[0]
  }
}
