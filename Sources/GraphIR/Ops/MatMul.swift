/// The matrix product of the last two axes, for every index of the others, as in NumPy.
///
/// Shapes: `[…, M, K]` and `[…, K, N]` to `[…, M, N]`; what is in front is broadcast. An operand
/// of rank 1 is a row on the left and a column on the right, and its `M` or `N` disappears.
package struct MatMul: AttributedOperation {
  package static let mnemonics = ["matmul"]
  package var mnemonic: String { "matmul" }

  package init() {}

  package var op: Op { .matMul(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    try check(operands, count: 2)
    let (left, right) = (operands[0], operands[1])
    guard left.rank >= 1, right.rank >= 1 else {
      throw .type("matmul takes no scalar: \(left), \(right)")
    }
    let a = left.rank == 1 ? [1] + left.shape : left.shape
    let b = right.rank == 1 ? right.shape + [1] : right.shape
    guard a[a.count - 1] == b[b.count - 2] else {
      throw .type("matmul cannot multiply \(left) by \(right)")
    }
    var shape = try broadcast(Array(a.dropLast(2)), Array(b.dropLast(2)))
    if left.rank > 1 { shape.append(a[a.count - 2]) }
    if right.rank > 1 { shape.append(b[b.count - 1]) }
    return [TensorType(.float32, shape)]
  }

  package var attributes: [Attribute] { [] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {}
}
