/// Gives constants as many axes as the results of the pointwise functions that use them, so that
/// one number per channel always has the type `[1, C, 1, 1]`.
///
/// ```
/// %0 = mul %x, @s                   %0 = mul %x, @s.aligned
/// return y: %0                 →    return y: %0
/// weight @s : f32[4, 1, 1]          weight @s.aligned : f32[1, 4, 1, 1]
/// ```
///
/// Single numbers stay as they are.
package struct AlignConstants: RewritePass {
  package let name = "align-constants"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .pointwise = node.op else { return false }
    let rank = graph.type(of: node.result).rank
    let operands = node.operands.map { aligned($0, rank, &graph) ?? $0 }
    guard operands != node.operands else { return false }
    let result = try graph.add(
      node.op, operands, before: node.id, provenance: node.provenance.through(name))[0]
    graph.replaceUses(of: node.result, with: result)
    return true
  }

  /// The constant with ones in front of its shape, where that changes it.
  private func aligned(_ value: ValueID, _ rank: Int, _ graph: inout Graph) -> ValueID? {
    var type = graph.type(of: value)
    guard graph.isWeight(value), let name = graph[value].name, type.rank < rank,
      type.elementCount != 1
    else { return nil }
    type.shape.insert(contentsOf: Array(repeating: 1, count: rank - type.rank), at: 0)
    let tensor = graph.tensor(of: value).flatMap { tensor in
      type.fixedShape.map { tensor.reshaped($0) }
    }
    return graph.addDerivedWeight(name + ".aligned", type, tensor)
  }
}
