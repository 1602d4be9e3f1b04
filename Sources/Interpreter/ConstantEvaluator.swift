package import GraphIR

/// Results of more elements than this are not computed ahead of time: they would bloat a model.
private let constantLimit = 1 << 24

/// Computes one operation on constants, for passes that fold them.
///
/// - Returns: What `PassContext` takes; it gives nil where the operation refuses the operands or a
///   result is too large to be kept as a constant.
package func constantEvaluator() -> @Sendable (Op, [Tensor]) -> [Tensor]? {
  { op, tensors in
    _ = keepsBLASOnCallingThread
    guard op.dimensions.allSatisfy({ $0.fixedValue != nil }),
      let types = try? op.operation.resultTypes(of: tensors.map(\.type)),
      types.allSatisfy({ 1...constantLimit ~= $0.elementCount ?? 0 }),
      tensors.allSatisfy({ !$0.elements.isEmpty })
    else { return nil }
    let operands = tensors.compactMap { Buffer($0) }
    let results = types.compactMap { $0.fixedShape.flatMap { Buffer(unset: $0) } }
    guard operands.count == tensors.count, results.count == types.count else { return nil }
    op.compute(operands, into: results, Workers(count: 1))
    return results.map(\.tensor)
  }
}
