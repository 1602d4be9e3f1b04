/// Leaves out operations that give their operand back.
///
/// ```
/// %0 = reshape %x {shape: [N, 4]}
/// %1 = relu %0                      →    %0 = relu %x
/// return y: %1                           return y: %0
/// ```
package struct DropIdentities: RewritePass {
  package let name = "drop-identities"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let operand = node.operands.first, node.results.count == 1,
      graph.type(of: node.result) == graph.type(of: operand), isIdentity(node)
    else { return false }
    graph.replaceUses(of: node.result, with: operand)
    return true
  }

  /// Whether an operation whose result has the type of its operand changes nothing.
  private func isIdentity(_ node: Node) -> Bool {
    switch node.op {
    case .reshape, .expand: true
    case .transpose(let transpose): transpose.permutation == transpose.permutation.sorted()
    case .slice(let slice): slice.cuts.allSatisfy { $0.start == 0 && $0.step == 1 }
    case .pad(let pad): (pad.low + pad.high).allSatisfy { $0 == 0 }
    case .concat: node.operands.count == 1
    case .reduce(let reduce): reduce.axes.isEmpty
    case .resize(let resize): resize.scales.allSatisfy { $0 == 1 }
    case .depthToSpace(let depthToSpace): depthToSpace.block == 1
    case .spaceToDepth(let spaceToDepth): spaceToDepth.block == 1
    default: false
    }
  }
}
