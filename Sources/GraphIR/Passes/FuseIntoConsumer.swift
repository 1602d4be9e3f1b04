/// Computes what only the bodies of fused nodes read inside of these bodies.
///
/// ```
/// %0 = mul %v, %s                        %0 = fused {
/// %1 = fused {                               acc[1] = conv2d(%x, @w)
///     acc[1] = conv2d(%x, @w)       →        t0 = mul(%v, %s)
///     t0 = mul(acc[0], %0)                   t1 = mul(acc[0], t0)
///     yield t0                               yield t1
///   }                                      }
/// return y: %1                           return y: %0
/// ```
///
/// Pays where there is one user, or where every user reads no more images than before.
package struct FuseIntoConsumer: RewritePass {
  package let name = "fuse-into-consumer"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let source = BodySource(node, in: graph),
      node.results.allSatisfy({ !graph.isOutput($0) }),
      let type = node.results.first.map({ graph.type(of: $0) }), type.rank == 4
    else { return false }
    let users = Set(node.results.flatMap { graph.nodes(using: $0) }).sorted()
    let images = Set(node.operands).count { graph.type(of: $0) == type }
    guard users.count == 1 || (users.count > 1 && images <= 1 && source.isPointwise),
      users.allSatisfy({ graph[$0].readsInBody(node.results, of: type, in: graph) })
    else { return false }
    var changed = false
    for user in users {
      changed = try inline(node, source, into: graph[user], &graph) || changed
    }
    return changed
  }

  private func inline(
    _ node: Node, _ source: BodySource, into user: Node, _ graph: inout Graph
  ) throws(GraphError) -> Bool {
    guard case .fused(let fused) = user.op else { return false }
    var draft = FusedDraft(convolutionsOf: user, fused)
    switch source {
    case .pointwise(let pointwise): draft.append(node, pointwise, in: graph)
    case .fused(let inner): draft.append(node, inner, in: graph)
    }
    draft.append(user, fused, in: graph)
    for value in user.results where !graph.isUnused(value) { draft.yield(value) }
    return try draft.insert(
      into: &graph, before: user.id, provenance: user.provenance.through(name))
  }
}

/// An operation that a body can take in: a function, or a body without convolutions and means.
private enum BodySource {
  case pointwise(Pointwise)
  case fused(Fused)

  init?(_ node: Node, in graph: Graph) {
    if let pointwise = graph.fusiblePointwise(node) {
      self = .pointwise(pointwise)
    } else if case .fused(let fused) = node.op, fused.parts.isEmpty,
      fused.body.yields.allSatisfy({ !$0.isMean })
    {
      self = .fused(fused)
    } else {
      return nil
    }
  }

  var isPointwise: Bool { if case .pointwise = self { true } else { false } }
}

extension Node {
  /// Whether this is a fused node with a body of the given type that reads values there only.
  fileprivate func readsInBody(_ values: [ValueID], of type: TensorType, in graph: Graph) -> Bool {
    guard case .fused(let fused) = op,
      fused.bodyType(of: operands.map { graph.type(of: $0) }) == type
    else { return false }
    return operands[..<OperandLayout(fused).bodyStart].allSatisfy { !values.contains($0) }
  }
}
