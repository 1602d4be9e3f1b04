/// Replaces pointwise functions by cheaper ones that give the same numbers; the sign of
/// a zero may change.
///
/// ```
/// %0 = pow %x, @two                 %0 = mul %x, %x
/// %1 = max %0, @zero           →    %1 = relu %0
/// return y: %1                      return y: %1
/// ```
package struct SimplifyArithmetic: RewritePass {
  package let name = "simplify-arithmetic"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .pointwise(let pointwise) = node.op, node.operands.count == 2 else { return false }
    for place in 0..<2 {
      let value = node.operands[1 - place]
      guard let number = graph.scalar(of: node.operands[place]),
        graph.type(of: value) == graph.type(of: node.result),
        let simpler = simplified(pointwise.function, number, isSecond: place == 1)
      else { continue }
      var result = value
      if case .function(let function) = simpler {
        result = try graph.add(
          .pointwise(Pointwise(function)), Array(repeating: value, count: function.arity),
          before: node.id, provenance: node.provenance.through(name))[0]
      }
      graph.replaceUses(of: node.result, with: result)
      return true
    }
    return false
  }

  /// What a function with one known argument is of the other one.
  private enum Simpler {
    case identity
    /// Of the other argument, as often as the function takes one.
    case function(PointwiseFunction)
  }

  private func simplified(
    _ function: PointwiseFunction, _ number: Float, isSecond: Bool
  ) -> Simpler? {
    switch (function, number) {
    case (.multiply, 1): .identity
    case (.add, 0): .identity
    case (.divide, 1) where isSecond: .identity
    case (.subtract, 0): isSecond ? .identity : .function(.negate)
    case (.multiply, -1): .function(.negate)
    case (.divide, 1): .function(.reciprocal)
    case (.maximum, 0): .function(.relu)
    case (.power, 1) where isSecond: .identity
    case (.power, 2) where isSecond: .function(.multiply)
    case (.power, 0.5) where isSecond: .function(.squareRoot)
    case (.power, -1) where isSecond: .function(.reciprocal)
    default: nil
    }
  }
}
