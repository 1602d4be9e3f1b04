/// Two-dimensional cross-correlation over the last two axes.
///
/// Shapes: input `[N, C, H, W]`, weight `[K, C / groups, R, S]`, bias `[K]` (may be absent);
/// result `[N, K, H', W']` with `H'` and `W'` as in ``Window/resultExtents(input:kernel:)``.
package struct Conv2D: AttributedOperation {
  package static let mnemonics = ["conv2d"]
  package var mnemonic: String { "conv2d" }
  /// How the kernel moves.
  package var window: Window
  /// Number of groups of channels that do not mix.
  package var groups: Int

  /// Makes a convolution; by default of stride 1, without padding, of all channels.
  package init(window: Window = Window(), groups: Int = 1) {
    self.window = window
    self.groups = groups
  }

  package var op: Op { .conv2D(self) }
  package var convolutions: [(input: Int, weight: Int)] { [(0, 1)] }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    guard operands.count == 2 || operands.count == 3 else {
      throw .type("conv2d takes an input, a weight and perhaps a bias")
    }
    let result = try convolvedType(
      input: operands[0], weight: operands[1], window: window, groups: groups)
    if operands.count == 3, let channels = result.channels {
      try checkBias(operands[2], channels: channels)
    }
    return [result]
  }

  package var attributes: [Attribute] {
    window.attributes + (groups == 1 ? [] : [Attribute("groups", .integer(groups))])
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    window = try Window(&reader)
    groups = try reader.integer("groups", default: 1)
  }
}

/// The type of the convolution of `[N, C, H, W]` with `[K, C / groups, R, S]`.
///
/// - Throws: `GraphError.Kind.type` where channels disagree or the result is empty.
func convolvedType(
  input: TensorType, weight: TensorType, window: Window, groups: Int
) throws(GraphError) -> TensorType {
  guard input.rank == 4, input.element == .float32 else {
    throw .type("the input of a convolution must be f32[N, C, H, W], not \(input)")
  }
  guard weight.element == .float32, let kernel = weight.fixedShape, kernel.count == 4,
    kernel.allSatisfy({ 1...(1 << 20) ~= $0 })
  else { throw .type("the weight of a convolution must be f32[K, C, R, S], not \(weight)") }
  guard groups >= 1, kernel[0] % groups == 0 else {
    throw .type("\(groups) groups do not divide \(kernel[0]) output channels")
  }
  guard let channels = input.channels, channels == kernel[1] * groups else {
    throw .type(
      "the input has \(input.shape[1]) channels, the weight \(weight) wants \(kernel[1] * groups)")
  }
  let extents = try window.resultExtents(
    input: Array(input.shape[2...]), kernel: Array(kernel[2...]))
  return TensorType(.float32, [input.shape[0], .fixed(kernel[0])] + extents)
}

/// - Throws: `GraphError.Kind.type` where the bias of a convolution is not `f32[channels]`.
func checkBias(_ bias: TensorType, channels: Int) throws(GraphError) {
  let expected = TensorType(.float32, [.fixed(channels)])
  guard bias == expected else { throw .type("the bias is \(bias), not \(expected)") }
}
