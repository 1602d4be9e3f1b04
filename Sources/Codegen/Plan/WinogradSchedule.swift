internal import GraphIR

/// Winograd's minimal filtering F(4×4, 3×3) or F(2×2, 3×3) for the convolutions of a fused operation.
///
/// Tiles of 4 × 4 results are computed from 6 × 6 inputs with 36 multiplications instead of 144,
/// tiles of 2 × 2 from 4 × 4 with 16 instead of 36 (Lavin, Gray: Fast Algorithms for Convolutional
/// Neural Networks, CVPR 2016, section 4). A dilated convolution is one of dilation 1 on every
/// `dilation`-th row and column, its phases.
package struct WinogradSchedule: Hashable, Sendable {
  /// The convolutions of one dilation, which share a matrix product.
  package struct Pass: Hashable, Sendable {
    /// Rows and columns from one input of the kernel to the next.
    package var dilation: Int
    /// The parts of the pass add to so many accumulators, the first ones.
    package var accumulators: Int
    /// Channels of every accumulator in one register tile of the matrix product.
    package var block: Int
  }

  /// The transforms, which tell the size of tiles.
  package var transform: WinogradTransform
  /// The passes in the order in which they are computed: those that add to few accumulators first,
  /// so that few sums go from one to the next, and of these those of large dilations.
  package var passes: [Pass]
  /// Tile vectors that go through one matrix product.
  package var vectors: Int
  /// Whether the matrix product is one of bf16 numbers, two channels at a time.
  package var pairs: Bool

  /// Numbers of a transformed pixel, or words of two.
  func depth(channels: Int) -> Int { pairs ? channels.ceiledQuotient(2) : channels }

  /// Dilations of the parts, largest first.
  package var dilations: [Int] { passes.map(\.dilation).sorted(by: >) }

  /// The largest dilation.
  package var largestDilation: Int { passes.map(\.dilation).max() ?? 1 }

  /// Rows and columns of results that are computed together: tiles of every phase.
  package var span: Int { transform.results * largestDilation }

  /// Phases of the largest dilation that are computed together where there are several dilations:
  /// as few as make whole tiles of the next one, so that the sums in between stay near the core.
  package var group: Int {
    let (largest, dilations) = (largestDilation, dilations)
    guard dilations.count > 1 else { return largest }
    let next = transform.results * dilations[1]
    return largest % next == 0 ? next : largest
  }

  /// The schedule for a call to which the algorithm applies.
  ///
  /// - Parameters:
  ///   - weights: Shapes `[K, C, R, S]` of the parts' weights.
  ///   - transform: The transforms.
  ///   - block: The block of the matrix products.
  ///   - pairs: Whether they are of bf16 numbers.
  init(
    _ fused: Fused, weights: [[Int]], _ transform: WinogradTransform, block: MatrixBlock,
    pairs: Bool
  ) {
    self.transform = transform
    self.pairs = pairs
    vectors = block.vectors
    let channels = (weights.map { $0[0] }.max() ?? 0) / fused.accumulators
    let dilations = Set(fused.parts.map { $0.window.dilation[0] }).sorted(by: >)
    passes = dilations.map { dilation in
      let parts = zip(fused.parts, weights).filter { $0.0.window.dilation[0] == dilation }
      let accumulators = parts.map { $0.1[0] / channels }.max() ?? 1
      return Pass(
        dilation: dilation, accumulators: accumulators,
        block: min(max(block.rows / accumulators, 1), channels))
    }
    .sorted { ($0.accumulators, -$0.dilation) < ($1.accumulators, -$1.dilation) }
  }

  /// Why the algorithm does not apply to convolutions; nil where it does.
  ///
  /// - Parameter weights: Shapes `[K, C, R, S]` of the parts' weights.
  static func obstacle(_ parts: [Fused.Part], weights: [[Int]]) -> String? {
    guard !parts.isEmpty else { return "no convolution" }
    for (part, shape) in zip(parts, weights) {
      guard shape[2...] == [3, 3] else { return "a kernel of \(shape[2])×\(shape[3]), not 3×3" }
      guard part.window == .same(kernel: 3, dilation: part.window.dilation[0]) else {
        return "another window than one of stride 1 that keeps the size"
      }
    }
    let dilations = Set(parts.map { $0.window.dilation[0] }).sorted(by: >)
    let largest = dilations[0]
    guard largest <= Self.dilationLimit else {
      return "a dilation of \(largest), over \(Self.dilationLimit)"
    }
    return dilations.first { largest % $0 != 0 }.map {
      "dilations of \(largest) and \($0), which is no divisor"
    }
  }

  /// The pass of the convolutions of a dilation.
  func pass(dilation: Int) -> Pass {
    guard let pass = passes.first(where: { $0.dilation == dilation }) else {
      preconditionFailure("no convolution of dilation \(dilation)")
    }
    return pass
  }

  /// The sums that go from pass to pass are as many as a region has pixels, and images that have
  /// regions of larger dilations are few.
  private static let dilationLimit = 16
}
