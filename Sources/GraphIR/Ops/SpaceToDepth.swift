/// Makes channels of the pixels of every block of `block × block`: the reverse of
/// ``DepthToSpace``.
///
/// Shapes: `[N, C, H, W]` to `[N, C · block², H / block, W / block]`; height and width are
/// multiples of `block`.
package struct SpaceToDepth: AttributedOperation {
  package static let mnemonics = ["space_to_depth"]
  package var mnemonic: String { "space_to_depth" }
  /// Rows and columns of a block.
  package var block: Int
  /// Which pixel becomes which channel.
  package var order: BlockOrder

  /// Makes channels of the pixels of blocks.
  package init(block: Int, order: BlockOrder = .crd) {
    self.block = block
    self.order = order
  }

  package var op: Op { .spaceToDepth(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let (type, channels) = try onlyImage(operands)
    guard 1...(1 << 15) ~= block, channels <= Int.max / (block * block) else {
      throw .type("blocks of \(block) × \(block) pixels are too large")
    }
    for extent in type.shape[2...] where (extent.fixedValue ?? 0) % block != 0 {
      throw .type("blocks of \(block) × \(block) pixels do not divide \(type)")
    }
    let extents = type.shape[2...].map { $0.scaled(over: block) }
    return [
      TensorType(.float32, [type.shape[0], .fixed(channels * block * block)] + extents)
    ]
  }

  package var attributes: [Attribute] { blockAttributes(block, order) }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    block = try reader.integer("block")
    order = try reader.choice("mode", default: .crd)
  }
}
