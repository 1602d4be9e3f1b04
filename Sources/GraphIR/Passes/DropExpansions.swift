/// Lets pointwise functions read what was expanded for them, since they broadcast it anyway.
///
/// ```
/// %0 = expand %s {shape: [N, 4, H, W]}
/// %1 = mul %x, %0                         →    %0 = mul %x, %s
/// return y: %1                                 return y: %0
/// ```
///
/// Another operand must give the result its shape.
package struct DropExpansions: RewritePass {
  package let name = "drop-expansions"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .pointwise = node.op else { return false }
    for (place, operand) in node.operands.enumerated() {
      guard let source = graph.producer(of: operand), case .expand = source.op else { continue }
      var operands = node.operands
      operands[place] = source.operands[0]
      let types = try node.op.operation.resultTypes(of: operands.map { graph.type(of: $0) })
      guard types == [graph.type(of: node.result)] else { continue }
      let result = try graph.add(
        node.op, operands, before: node.id, provenance: node.provenance.through(name))[0]
      graph.replaceUses(of: node.result, with: result)
      return true
    }
    return false
  }
}
