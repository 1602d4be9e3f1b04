/// The largest element, its place or the mean of every window over the last two axes.
///
/// Shapes: `[N, C, H, W]` to `[N, C, H', W']` with `H'` and `W'` as in
/// ``Window/resultExtents(input:kernel:)``; with `roundsUp` a last window that hangs over the
/// padded end is kept where it begins before the padding there.
package struct Pool2D: AttributedOperation {
  /// What becomes of a window.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case maximum = "max_pool2d"
    /// Where the largest element lies in its plane, `y · W + x`; the first of equal ones.
    case place = "max_pool2d_place"
    case average = "avg_pool2d"
  }

  package static let mnemonics = Kind.allCases.map(\.rawValue)
  package var mnemonic: String { kind.rawValue }
  /// What becomes of a window.
  package var kind: Kind
  /// Rows and columns of the window.
  package var kernel: [Int]
  /// How the window moves; its padding is no part of a maximum.
  package var window: Window
  /// Whether a mean counts the padding as zeros; never what lies behind the padding.
  package var includesPadding: Bool
  /// Whether a last window that is not complete is kept.
  package var roundsUp: Bool

  /// Makes a pooling operation.
  package init(
    _ kind: Kind, kernel: [Int], window: Window = Window(), includesPadding: Bool = false,
    roundsUp: Bool = false
  ) {
    self.kind = kind
    self.kernel = kernel
    self.window = window
    self.includesPadding = includesPadding
    self.roundsUp = roundsUp
  }

  package var op: Op { .pool2D(self) }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let type = try onlyOperand(operands)
    guard type.rank == 4 else { throw .type("\(mnemonic) takes f32[N, C, H, W], not \(type)") }
    guard kernel.count == 2, kernel.allSatisfy({ 1...(1 << 20) ~= $0 }) else {
      throw .type("a window of \(kernel) is out of range")
    }
    var extents = try window.resultExtents(
      input: Array(type.shape[2...]), kernel: kernel, roundsUp: roundsUp)
    for axis in 0..<2 {
      let reach = window.dilation[axis] * (kernel[axis] - 1) + 1
      guard max(window.padding[axis], window.padding[axis + 2]) < reach else {
        throw .type("the padding of \(mnemonic) is as large as the window")
      }
    }
    extents.insert(contentsOf: type.shape[..<2], at: 0)
    return [TensorType(.float32, extents)]
  }

  package var attributes: [Attribute] {
    [Attribute("kernel", .integers(kernel))] + window.attributes
      + (includesPadding ? [Attribute("include_pad", .flag(true))] : [])
      + (roundsUp ? [Attribute("ceil", .flag(true))] : [])
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    guard let kind = Kind(rawValue: mnemonic) else {
      throw GraphError(.syntax("unknown pooling \(mnemonic)"))
    }
    self.kind = kind
    kernel = try reader.integers("kernel")
    window = try Window(&reader)
    includesPadding = try reader.flag("include_pad")
    roundsUp = try reader.flag("ceil")
  }
}
