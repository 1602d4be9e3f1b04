/// A fused node that yields its accumulators as they are, of which every part adds to all, and
/// whose weights are constants.
struct PlainConvolution {
  let node: Node
  let fused: Fused
  let layout: OperandLayout

  init?(_ node: Node, in graph: Graph) {
    guard case .fused(let fused) = node.op, !fused.parts.isEmpty, fused.body.instructions.isEmpty,
      fused.body.yields.allSatisfy(\.isAccumulator)
    else { return nil }
    let layout = OperandLayout(fused)
    guard layout.constants.allSatisfy({ graph.isWeight(node.operands[$0]) }),
      node.operands.count == layout.bodyStart,
      Set(layout.parts.map { graph.type(of: node.operands[$0.weight]).shape[0] }).count == 1
    else { return nil }
    self.node = node
    self.fused = fused
    self.layout = layout
  }

  /// Inputs, weights and scales of the parts.
  var inputs: [ValueID] { Array(node.operands[..<(layout.bias ?? layout.bodyStart)]) }

  var bias: ValueID? { layout.bias.map { node.operands[$0] } }

  /// Channels of all accumulators together.
  func channels(in graph: Graph) -> Int {
    graph.type(of: node.operands[layout.parts[0].weight]).shape[0].fixedValue ?? 0
  }
}

extension PointwiseProgram.Yield {
  fileprivate var isAccumulator: Bool {
    if case .accumulator = argument { !isMean } else { false }
  }
}
