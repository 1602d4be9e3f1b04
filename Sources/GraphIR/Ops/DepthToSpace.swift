/// The order in which channels are laid out as blocks of pixels.
package enum BlockOrder: String, CaseIterable, Hashable, Sendable {
  /// Channel `(c · block + y) · block + x`, as in PyTorch's pixel shuffle.
  case crd
  /// Channel `(y · block + x) · C + c`.
  case dcr
}

/// Lays channels out as blocks of `block × block` pixels.
///
/// Shapes: `[N, C · block², H, W]` to `[N, C, H · block, W · block]`.
package struct DepthToSpace: AttributedOperation {
  package static let mnemonics = ["depth_to_space"]
  package var mnemonic: String { "depth_to_space" }
  /// Rows and columns of a block.
  package var block: Int
  /// Which channel becomes which pixel.
  package var order: BlockOrder

  /// Lays channels out as blocks.
  package init(block: Int, order: BlockOrder = .crd) {
    self.block = block
    self.order = order
  }

  package var op: Op { .depthToSpace(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let (type, channels) = try onlyImage(operands)
    guard 1...(1 << 15) ~= block, channels % (block * block) == 0 else {
      throw .type("blocks of \(block) × \(block) pixels do not divide \(channels) channels")
    }
    let (shape, factor) = (type.shape, Dimension.fixed(block))
    return [
      TensorType(
        .float32,
        [shape[0], .fixed(channels / (block * block)), shape[2] * factor, shape[3] * factor])
    ]
  }

  package var attributes: [Attribute] { blockAttributes(block, order) }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    block = try reader.integer("block")
    order = try reader.choice("mode", default: .crd)
  }
}

func blockAttributes(_ block: Int, _ order: BlockOrder) -> [Attribute] {
  [Attribute("block", .integer(block))]
    + (order == .crd ? [] : [Attribute("mode", .text(order.rawValue))])
}
