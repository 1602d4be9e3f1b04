/// The mean of what every element of a convolution's kernel meets as the kernel moves over an
/// image, padding being zeros.
///
/// The mean of a convolution is linear in its input, so it can be had before the convolution:
/// `mean(conv2d(x, w))[k] = Σ w[k, c, r, s] · m[c, r, s]` with these means `m`. An element meets all
/// of the image but some rows and columns at its border:
/// `m[c, r, s] = mean[c] − Σ x[c, i, j] / (H · W)`, summed over the pixels that it never meets.
///
/// Operands: an image `[N, C, H, W]`, its mean `[N, C, 1, 1]` and, where both are multiplied by a
/// number per channel, that scale `[N, C, 1, 1]`. Result: `[N, C · R · S, 1, 1]`, in the order of a
/// filter `[C, R, S]`.
package struct WindowMeans: AttributedOperation {
  package static let mnemonics = ["window_means"]
  package var mnemonic: String { "window_means" }
  /// Rows and columns of the kernel.
  package var kernel: [Int]
  /// How the kernel moves; it keeps height and width.
  package var window: Window

  /// Makes an operation for the convolutions of a kernel.
  package init(kernel: [Int], window: Window) {
    self.kernel = kernel
    self.window = window
  }

  package var op: Op { .windowMeans(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    guard operands.count == 2 || operands.count == 3 else {
      throw .type("window_means takes an image, its mean and perhaps a scale")
    }
    let image = operands[0]
    guard image.rank == 4, image.element == .float32, let channels = image.channels else {
      throw .type("window_means takes f32[N, C, H, W] of known channels, not \(image)")
    }
    guard kernel.count == 2, kernel.allSatisfy({ 1...Self.largestKernel ~= $0 }) else {
      throw .type("a kernel of \(kernel) is out of range")
    }
    guard window.keepsSize(kernel: kernel),
      try window.resultExtents(input: Array(image.shape[2...]), kernel: kernel)
        == Array(image.shape[2...])
    else { throw .type("the window of window_means changes the size of the image") }
    let perChannel = TensorType(.float32, [image.shape[0], image.shape[1], 1, 1])
    for operand in operands[1...] where operand != perChannel {
      throw .type("\(operand) is not one number per channel of \(image)")
    }
    return [
      TensorType(.float32, [image.shape[0], .fixed(channels * kernel[0] * kernel[1]), 1, 1])
    ]
  }

  package var attributes: [Attribute] {
    [Attribute("kernel", .integers(kernel))] + window.attributes
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    kernel = try reader.integers("kernel")
    window = try Window(&reader)
  }

  /// Larger ones would give more means than anybody convolves with.
  private static let largestKernel = 1 << 7
}
