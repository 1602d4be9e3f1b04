/// The mean over the last two axes.
///
/// Shapes: `[N, C, H, W]` to `[N, C, 1, 1]`.
package struct GlobalAveragePool: AttributedOperation {
  package static let mnemonics = ["global_avg_pool"]
  package var mnemonic: String { "global_avg_pool" }

  package init() {}

  package var op: Op { .globalAveragePool(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    guard operands.count == 1, operands[0].rank == 4, operands[0].element == .float32 else {
      throw .type("global_avg_pool takes one f32[N, C, H, W]")
    }
    return [TensorType(.float32, [operands[0].shape[0], operands[0].shape[1], 1, 1])]
  }

  package var attributes: [Attribute] { [] }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {}
}
