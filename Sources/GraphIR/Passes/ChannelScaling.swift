/// A product `v ⊙ s` of an image and one number per channel.
struct ChannelScaling {
  /// `[N, C, H, W]`, the type of the product.
  let value: ValueID
  /// `[N, C, 1, 1]` or `[1, C, 1, 1]`.
  let scale: ValueID

  /// Recognises the product in either order of its operands.
  init?(_ product: ValueID, in graph: Graph) {
    guard let node = graph.producer(of: product), case .pointwise(let pointwise) = node.op,
      pointwise.function == .multiply
    else { return nil }
    let type = graph.type(of: product)
    let scaled = (0..<2).first { index in
      graph.type(of: node.operands[index]) == type
        && Self.scales(graph.type(of: node.operands[1 - index]), type)
    }
    guard let scaled else { return nil }
    value = node.operands[scaled]
    scale = node.operands[1 - scaled]
  }

  private static func scales(_ scale: TensorType, _ type: TensorType) -> Bool {
    scale.isPerChannel && type.rank == 4 && scale.shape[1] == type.shape[1]
      && (scale.shape[0] == type.shape[0] || scale.shape[0] == 1)
  }
}
