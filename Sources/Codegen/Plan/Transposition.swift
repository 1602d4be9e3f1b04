internal import GraphIR

/// The direction in which the strips of a program's images lie.
package enum StripDirection: Sendable {
  /// Along the rows of pictures, with the reason.
  case rows(reason: String)
  /// Along the rows or the columns, whichever takes less time.
  case either(Transposition)

  /// When strips lie along the columns; nil where they never do.
  var transposition: Transposition? {
    if case .either(let transposition) = self { transposition } else { nil }
  }
}

extension StripDirection: CustomStringConvertible {
  package var description: String {
    switch self {
    case .rows(let reason): "along the rows of pictures, because of: \(reason)"
    case .either(let transposition):
      (transposition.isForced
        ? "along the columns of pictures, because of: a rule"
        : "along the rows of pictures, or the columns where 1/\(Transposition.leastGain) of the "
          + "time or more is estimated to be saved")
        + "; for columns, H and W change places and weights add \(transposition.weightBytes) bytes"
    }
  }
}

/// When a program computes the transposed image, so that strips lie along the columns of the
/// picture, and what it needs for that.
///
/// Strips and spans of tiles fill some sizes better than others: on 16 lanes, a photo of 321 × 481
/// pixels has strips of 24 vectors where 20 would do, and spans of 32 for a dilation of 8; its
/// columns have strips of 32. When the program runs it counts both by the rates of its schedules,
/// and by nothing else: results must not depend on the number of threads.
package struct Transposition: Sendable {
  /// Passes over images of some extents, with the time that they take for a vector of pixels.
  struct Term: Hashable, Sendable {
    var extents: Extents
    /// Rows and columns of a span of tiles; 1 where there are none.
    var span: Int
    /// Within whole spans.
    var inSpans: Int
    /// In the rows and columns that are left.
    var elsewhere: Int
  }

  /// Whether images are always transposed.
  let isForced: Bool
  let terms: [Term]
  /// Weights whose filters are transposed for transposed images.
  let weights: [PackedWeights]
  /// Where each of them lies among them, in bytes.
  let weightOffsets: [PackedWeights: Int]
  /// Bytes of all of them.
  package let weightBytes: Int
  /// The time in which they are transposed.
  let weightTime: Int

  /// Images are transposed where that saves more than one part of the time in so many.
  static let leastGain = 32
  /// What the times of all terms add up to for one vector of pixels: few enough for images of any
  /// size.
  private static let unit = 65536.0
  /// Cycles for a weight, most of which waits for memory.
  private static let cyclesPerWeight = 1.0

  /// - Parameter isForced: Whether images are always transposed.
  init(_ steps: [Step], isForced: Bool) {
    self.isForced = isForced
    let calls = steps.flatMap(\.pixelCalls)
    let total = calls.reduce(0) { $0 + $1.rates.inSpans + $1.rates.elsewhere }
    let scale = Self.unit / max(total, 1)
    var terms: [Term] = []
    for call in calls {
      let span = call.winograd?.span ?? 1
      let (inSpans, elsewhere) = (
        Int(call.rates.inSpans * scale), Int(call.rates.elsewhere * scale)
      )
      if let index = terms.firstIndex(where: { $0.extents == call.extents && $0.span == span }) {
        terms[index].inSpans += inSpans
        terms[index].elsewhere += elsewhere
      } else {
        terms.append(
          Term(extents: call.extents, span: span, inSpans: inSpans, elsewhere: elsewhere))
      }
    }
    self.terms = terms
    var (weights, offsets, bytes) = ([PackedWeights](), [PackedWeights: Int](), 0)
    for packed in steps.flatMap(\.packedConstants)
    where packed.kernel[1] > 1 && offsets[packed] == nil {
      weights.append(packed)
      offsets[packed] = bytes
      bytes += (packed.count * 4).ceiledQuotient(64) * 64
    }
    (self.weights, weightOffsets, weightBytes) = (weights, offsets, bytes)
    weightTime = Int(Double(bytes / 4) * Self.cyclesPerWeight * scale)
  }

  /// Whether images are transposed for values of the symbols.
  func applies(symbols: [String: Int], lanes: Int) -> Bool {
    func time(transposed: Bool) -> Int {
      terms.reduce(0) { sum, term in
        let rows = term.extents.height.evaluated(symbols) ?? 0
        let columns = term.extents.width.evaluated(symbols) ?? 0
        let (height, width) = transposed ? (columns, rows) : (rows, columns)
        let cover = SpanCover(
          height: height, strip: StripLayout.strip(width: width, lanes: lanes), span: term.span)
        return sum &+ term.inSpans &* cover.computed &+ term.elsewhere &* cover.left
      }
    }
    let upright = time(transposed: false)
    return isForced
      || time(transposed: true) &+ weightTime < upright - upright / Self.leastGain
  }
}

extension Plan {
  /// Where the strips of the steps can lie.
  static func stripDirection(
    of steps: [Step], _ graph: Graph, _ policy: SchedulePolicy
  ) -> StripDirection {
    if let reason = steps.lazy.compactMap({ $0.obstacleToTransposing(graph) }).first {
      return .rows(reason: reason)
    }
    guard steps.contains(where: { !$0.pixelCalls.isEmpty }) else {
      return .rows(reason: "nothing is computed of pixels")
    }
    let rule = policy.stripRule
    if rule == .rows { return .rows(reason: "a rule") }
    return .either(Transposition(steps, isForced: rule == .columns))
  }
}

extension Step {
  /// Why the step cannot be done on transposed images; nil where it can.
  fileprivate func obstacleToTransposing(_ graph: Graph) -> String? {
    switch self {
    case .pack, .unpack, .copyChannels, .reduceMean, .channels, .scaleWeights: return nil
    case .windowMeans(let call):
      guard call.isOnStrips else { return "window means of rows" }
      return call.means.window.asymmetry(kernel: call.means.kernel)
    case .pixels, .pipeline:
      let calls = pixelCalls
      let weights = calls.flatMap { $0.winogradWeights.map(\.packed) }
      // Rounding them again would double their error.
      if weights.contains(where: \.isRounded) { return "weights that were rounded to bf16" }
      return calls.lazy.flatMap { zip($0.call.fused.parts, $0.call.parts) }.compactMap {
        part, values in
        part.window.asymmetry(
          kernel: Array((graph.type(of: values.weight).fixedShape ?? []).suffix(2)))
      }.first
    case .toStrips, .toRows, .moveBlocks, .plain: return "the step '\(kind)'"
    }
  }
}

extension Window {
  /// How rows and columns differ in the way that a kernel moves; nil where they do not.
  fileprivate func asymmetry(kernel: [Int]) -> String? {
    guard kernel.count == 2, kernel[0] == kernel[1] else { return "a kernel that is no square" }
    let isSymmetric =
      padding[0] == padding[1] && padding[2] == padding[3] && stride[0] == stride[1]
      && dilation[0] == dilation[1]
    return isSymmetric ? nil : "a window of other steps or margins in rows than in columns"
  }
}

extension PackedWeights {
  fileprivate var isRounded: Bool { if case .winogradPairs = order { true } else { false } }
}
