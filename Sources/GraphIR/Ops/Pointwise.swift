/// A function applied to every element, with broadcasting of the second operand or the first.
///
/// Shapes: extents are aligned at their end, as in NumPy; an extent of 1 is repeated. The result
/// has the larger extent on every axis.
package struct Pointwise: AttributedOperation {
  package static let mnemonics = PointwiseFunction.mnemonics
  /// What is applied.
  package var function: PointwiseFunction

  /// Applies a function.
  package init(_ function: PointwiseFunction) { self.function = function }

  package var mnemonic: String { function.mnemonic }
  package var op: Op { .pointwise(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    guard operands.count == function.arity else {
      throw .type("\(mnemonic) takes \(function.arity) operands, not \(operands.count)")
    }
    if let other = operands.first(where: { $0.element != .float32 }) {
      throw .type("\(mnemonic) works on f32, not \(other)")
    }
    var shape = operands[0].shape
    for operand in operands.dropFirst() {
      shape = try broadcast(shape, operand.shape)
    }
    return [TensorType(.float32, shape)]
  }

  package var attributes: [Attribute] { function.attributes }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    function = try PointwiseFunction(mnemonic, &reader)
  }
}

/// The common shape of two that are broadcast, aligned at their end.
///
/// - Throws: `GraphError.Kind.type` where extents differ and neither is 1.
func broadcast(_ first: [Dimension], _ second: [Dimension]) throws(GraphError) -> [Dimension] {
  let rank = max(first.count, second.count)
  var shape: [Dimension] = []
  for axis in 0..<rank {
    let a = axis < rank - first.count ? 1 : first[axis - (rank - first.count)]
    let b = axis < rank - second.count ? 1 : second[axis - (rank - second.count)]
    guard a == b || a == 1 || b == 1 else {
      throw .type("extents \(a) and \(b) of axis \(axis) cannot be broadcast")
    }
    shape.append(a == 1 ? b : a)
  }
  return shape
}
