/// Draws pointwise nodes into the body of the fused node whose results they read.
///
/// ```
/// %0 = fused {                           %0 = fused {
///     acc[1] = conv2d(%x, @w)                acc[1] = conv2d(%x, @w)
///     yield acc[0]                           t0 = tanh(acc[0])
///   }                               →        t1 = mul(t0, %h)
/// %1 = tanh %0                               yield t1
/// %2 = mul %1, %h                          }
/// return y: %2                           return y: %0
/// ```
///
/// Several nodes at once where only all of them together pay. What they read besides must be
/// there in time: the fused node may move down to it, if nobody uses its results earlier. The
/// number of images that the fused node writes does not grow, unless `mayAddResults`; that is for
/// nodes that nobody else can take in and that would otherwise be a loop of their own.
package struct FuseIntoProducer: RewritePass {
  /// Whether the fused node may write more images than before.
  package let mayAddResults: Bool
  package var name: String { mayAddResults ? "fuse-rest-into-producer" : "fuse-into-producer" }

  /// Makes the pass; with `mayAddResults` its name is `fuse-rest-into-producer`.
  package init(mayAddResults: Bool = false) { self.mayAddResults = mayAddResults }

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard graph.fusiblePointwise(node) != nil else { return false }
    for base in PointwiseCone.bases(of: node, in: graph) {
      guard let cone = PointwiseCone(from: base, to: node, in: graph),
        mayAddResults || cone.imagesAfter(in: graph) <= cone.imagesBefore(in: graph),
        let position = cone.position(in: graph)
      else { continue }
      var draft = FusedDraft(base, cone.fused, in: graph)
      for member in cone.members { draft.append(member.node, member.pointwise, in: graph) }
      for value in cone.liveResults(in: graph) { draft.yield(value) }
      let provenance = base.provenance.through(name)
      if try draft.insert(into: &graph, before: position, provenance: provenance) { return true }
    }
    return false
  }
}
