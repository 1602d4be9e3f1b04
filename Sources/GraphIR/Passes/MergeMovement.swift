/// Makes one operation of two in a row that only move elements.
///
/// ```
/// %0 = transpose %x {perm: [0, 2, 1]}
/// %1 = transpose %0 {perm: [1, 0, 2]}     →    %0 = transpose %x {perm: [2, 0, 1]}
/// return y: %1                                 return y: %0
/// ```
///
/// The first operation stays where others use its result.
package struct MergeMovement: RewritePass {
  package let name = "merge-movement"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let first = node.operands.first.flatMap({ graph.producer(of: $0) }),
      let op = merged(first.op, node.op)
    else { return false }
    let result = try graph.add(
      op, first.operands, before: node.id,
      provenance: first.provenance.merged(with: node.provenance, by: name))[0]
    graph.replaceUses(of: node.result, with: result)
    return true
  }

  /// One operation that does what two do one after the other.
  private func merged(_ first: Op, _ second: Op) -> Op? {
    switch (first, second) {
    case (.reshape, .reshape): second
    case (.transpose(let first), .transpose(let second)):
      .transpose(Transpose(second.permutation.map { first.permutation[$0] }))
    case (.expand, .expand): second
    case (.pad(let first), .pad(let second)):
      merged(first, second).map(Op.pad)
    default: nil
    }
  }

  /// Pads of one constant that only add.
  private func merged(_ first: Pad, _ second: Pad) -> Pad? {
    let widths = first.low + first.high + second.low + second.high
    guard first.mode == .constant, second.mode == .constant, first.value == second.value,
      widths.allSatisfy({ ($0.fixedValue ?? -1) >= 0 })
    else { return nil }
    return Pad(
      low: zip(first.low, second.low).map(+), high: zip(first.high, second.high).map(+),
      value: first.value)
  }
}
