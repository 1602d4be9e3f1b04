internal import GraphIR

/// Winograd's minimal filtering F(4×4, 3×3) for the convolutions of a fused operation.
///
/// Tiles of 4 × 4 results are computed from 6 × 6 inputs with 36 multiplications instead of 144
/// (Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, CVPR 2016, section 4.3). A
/// dilated convolution is one of dilation 1 on every `dilation`-th row and column, its phases.
package struct WinogradSchedule: Hashable, Sendable {
  /// Channels of every accumulator in one register tile of the matrix product.
  package var block: Int
  /// Tile vectors that go through one matrix product.
  package var vectors: Int
  /// Dilations of the parts, largest first; parts of one dilation share a matrix product.
  package var dilations: [Int]
  /// Whether the matrix product is one of bf16 numbers, two channels at a time.
  package var pairs: Bool

  /// Numbers of a transformed pixel, or words of two.
  func depth(channels: Int) -> Int { pairs ? channels.ceiledQuotient(2) : channels }

  /// Rows and columns of results that are computed together: tiles of every phase.
  package var span: Int { 4 * (dilations.first ?? 1) }

  /// Phases of the largest dilation that are computed together where there are several dilations:
  /// as few as make whole tiles of the next one, so that the sums in between stay near the core.
  package var group: Int {
    guard let largest = dilations.first, dilations.count > 1 else { return dilations.first ?? 1 }
    let next = 4 * dilations[1]
    return largest % next == 0 ? next : largest
  }

  /// The schedule for a call.
  ///
  /// - Parameter weights: Shapes `[K, C, R, S]` of the parts' weights.
  /// - Throws: `Refusal` where the algorithm does not apply or does not pay.
  init(
    _ fused: Fused, weights: [[Int]], vectorRegisters: Int, pairs: Bool
  ) throws(Refusal) {
    guard let outputs = weights.first?[0] else { throw Refusal(reason: "no convolution") }
    guard outputs >= Self.fewestOutputs else {
      throw Refusal(reason: "\(outputs) output channels, fewer than \(Self.fewestOutputs)")
    }
    for (part, shape) in zip(fused.parts, weights) {
      let dilation = part.window.dilation[0]
      guard shape[2...] == [3, 3] else {
        throw Refusal(reason: "a kernel of \(shape[2])×\(shape[3]), not 3×3")
      }
      guard part.window == .same(kernel: 3, dilation: dilation) else {
        throw Refusal(reason: "another window than one of stride 1 that keeps the size")
      }
    }
    dilations = Set(fused.parts.map { $0.window.dilation[0] }).sorted(by: >)
    let largest = dilations[0]
    guard largest <= Self.largestDilation else {
      throw Refusal(reason: "a dilation of \(largest), over \(Self.largestDilation)")
    }
    if let other = dilations.first(where: { largest % $0 != 0 }) {
      throw Refusal(reason: "dilations of \(largest) and \(other), which is no divisor")
    }
    self.pairs = pairs
    let registers = vectorRegisters * 3 / 4
    vectors = 2
    let channels = (weights.map { $0[0] }.max() ?? 0) / fused.accumulators
    block = min(max(registers / vectors / fused.accumulators, 1), channels)
  }

  /// Why the algorithm is not used for a call.
  struct Refusal: Error {
    let reason: String
  }

  /// Why the algorithm is used.
  var reason: String {
    let list = dilations.reversed().map(String.init).joined(separator: ", ")
    return "3×3 kernels of stride 1, dilation \(list)"
  }

  /// With fewer output channels the transforms of the input cost more than they save.
  private static let fewestOutputs = 8
  /// The phases of larger dilations fill images that are larger than most.
  private static let largestDilation = 16
}
