/// Makes the mean over height and width of an image a ``GlobalAveragePool``, which later passes
/// and kernels know.
///
/// ```
/// %0 = reduce_mean %x {axes: [2, 3], keepdims: true}   →   %0 = global_avg_pool %x
/// return y: %0                                             return y: %0
/// ```
package struct PoolMeans: RewritePass {
  package let name = "pool-means"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .reduce(let reduce) = node.op, reduce.kind == .mean, reduce.axes == [2, 3],
      reduce.keepsDimensions, graph.type(of: node.operands[0]).rank == 4
    else { return false }
    let mean = try graph.add(
      .globalAveragePool(GlobalAveragePool()), node.operands, before: node.id,
      provenance: node.provenance.through(name))[0]
    graph.replaceUses(of: node.result, with: mean)
    return true
  }
}
