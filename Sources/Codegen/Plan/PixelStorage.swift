/// What the numbers of an image are in memory; kernels compute with float32 in any case.
package enum PixelStorage: Hashable, Sendable {
  case float32
  /// Rounded to bf16: the upper half of a float32.
  case bfloat16

  /// Bytes of a number.
  package var bytes: Int {
    switch self {
    case .float32: 4
    case .bfloat16: 2
    }
  }
}
