/// Turns the convolution of joined channels into a sum of convolutions, so that nothing is joined.
///
/// ```
/// %0 = concat %a, %b {axis: 1}           %0 = conv2d %a, @w.in0_2, @b
/// %1 = conv2d %0, @w, @b            →    %1 = conv2d %b, @w.in2_3
/// return y: %1                           %2 = add %0, %1
///                                        return y: %2
/// ```
///
/// The weight is cut along its input channels at compile time.
package struct SplitConcatInputs: RewritePass {
  package let name = "split-concat-inputs"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let conv = graph.fusibleConvolution(node),
      let join = graph.producer(of: node.operands[0]),
      case .concat(let concat) = join.op, concat.axis == 1
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
  /// Adds `term` to a sum that may not have begun.
  fileprivate mutating func sum(
    _ sum: ValueID?, _ term: ValueID, before position: NodeID, provenance: Provenance
  ) throws(GraphError) -> ValueID {
    guard let sum else { return term }
    return try add(
      .pointwise(Pointwise(.add)), [sum, term], before: position, provenance: provenance)[0]
  }
}
