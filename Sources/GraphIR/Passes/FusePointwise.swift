/// Makes one node of two pointwise nodes of which only the second needs the first.
///
/// ```
/// %0 = mul %a, %b                        %0 = fused {
/// %1 = tanh %0                      →        t0 = mul(%a, %b)
/// return y: %1                               t1 = tanh(t0)
///                                            yield t1
///                                          }
///                                        return y: %0
/// ```
///
/// Both work on images, one number per channel and single numbers. Longer chains grow by ``FuseIntoProducer``.
package struct FusePointwise: RewritePass {
  package let name = "fuse-pointwise"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let last = graph.fusiblePointwise(node) else { return false }
    for operand in node.operands {
      guard let producer = graph.producer(of: operand),
        let first = graph.fusiblePointwise(producer),
        graph.onlyUser(of: operand, is: node.id),
        graph.type(of: operand) == graph.type(of: node.result)
      else { continue }
      var draft = FusedDraft()
      draft.append(producer, first, in: graph)
      draft.append(node, last, in: graph)
      draft.yield(node.result)
      let provenance = producer.provenance.merged(with: node.provenance, by: name)
      if try draft.insert(into: &graph, before: node.id, provenance: provenance) { return true }
    }
    return false
  }
}
