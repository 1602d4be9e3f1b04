/// Lets the fused node that computes an image compute its mean as well.
///
/// ```
/// %0 = fused {                           %0, %1 = fused {
///     acc[1] = conv2d(%x, @w)                acc[1] = conv2d(%x, @w)
///     yield acc[0]                  →        yield acc[0], mean(acc[0])
///   }                                      }
/// %1 = global_avg_pool %0                return y: %0, m: %1
/// return y: %0, m: %1
/// ```
package struct FuseMean: RewritePass {
  package let name = "fuse-mean"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .globalAveragePool = node.op,
      case .result(_, let index) = graph[node.operands[0]].definition,
      let producer = graph.producer(of: node.operands[0]),
      case .fused(let fused) = producer.op, !fused.body.yields[index].isMean
    else { return false }
    var draft = FusedDraft(producer, fused, in: graph)
    draft.addMean(node.result, of: node.operands[0])
    for value in producer.results
    where !graph.isUnused(value) && !graph.onlyUser(of: value, is: node.id) { draft.yield(value) }
    draft.yield(node.result)
    return try draft.insert(
      into: &graph, before: producer.id, provenance: producer.provenance.through(name))
  }
}
