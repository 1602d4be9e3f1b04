package import GraphIR

/// Two passes over the pixels, the second of which convolves what the first computes: they run as
/// one, band of rows by band of rows, and what goes from one to the other stays near the core.
///
/// Every thread has a share of the rows, a whole number of bands and not less than its neighbours
/// need of it. In each band the first pass computes `step` rows, then the second pass as many, `lag`
/// rows behind, for which it has all that its kernels reach. The rows about the border of two
/// shares, `lag` on either side, are done by the threads that they belong to when all have come to
/// their ends.
package struct PixelPipeline: Sendable {
  /// The pass that runs ahead.
  package var first: PixelCall
  /// The pass that follows.
  package var second: PixelCall
  /// Rows of a band.
  package var step: Int
  /// Rows that the second pass stays behind.
  package var lag: Int
  /// Rows above and below its own that the second pass reads of what the first one computes.
  package var reach: Int
  /// How wide bands are computed; nil where none is wide.
  package var blocks: ColumnBlocks?

  /// What it is estimated to save, or why it is one.
  package var reason = ""

  /// Height and width of the images.
  package var extents: Extents { second.extents }

  /// The values of which only bands of rows exist.
  package var bands: [ValueID] { first.call.results }

  /// What is computed, as text that is the same in every network.
  var key: String { MeasuredSchedules.pipelineKey([first, second].map(\.decision.key)) }

  /// Rows of a band value that a thread keeps.
  package var keptRows: Int { step + lag + reach }
  /// Rows above and below the border of two shares that the second pass needs there.
  package var margin: Int { lag + reach }
  /// Rows of a band value about the border of two shares.
  package var borderRows: Int { 2 * margin }
  /// The rows of a share are a multiple of these: no row is about two borders.
  package var shareStep: Int { max(margin, 2 * lag).ceiledQuotient(step) * step }

  /// What is read from memory.
  package var operands: [ValueID] {
    (first.call.operands + second.call.operands).filter { !bands.contains($0) }
  }

  /// The pipeline of two passes, or nil where they cannot be one.
  ///
  /// - Parameters:
  ///   - rows: Rows of a band; they are made as many as the passes can do at a time.
  ///   - isShared: Whether others than the second pass need a result of the first.
  init?(
    _ first: PixelCall, _ second: PixelCall, rows: Int = PixelPipeline.fewestRows,
    isShared: (ValueID) -> Bool
  ) {
    let bands = first.call.results
    let convolved = zip(second.call.fused.parts, second.call.parts).filter {
      bands.contains($1.input)
    }
    guard !convolved.isEmpty, !bands.contains(where: isShared),
      !first.call.fused.body.yields.contains(where: \.isMean)
    else { return nil }
    self.first = first
    self.second = second
    reach = convolved.map { max($0.0.window.padding[0], $0.0.window.padding[2]) }.max() ?? 0
    let tile = second.winograd?.span ?? 1
    lag = max(reach, 1).ceiledQuotient(tile) * tile
    let unit = leastCommonMultiple(first.winograd?.span ?? 1, tile)
    step = max(lag, rows).ceiledQuotient(unit) * unit
  }

  /// Fewer rows at a time would read the rows around them again and again, more would not stay near
  /// the core.
  static let fewestRows = 4
}

extension StepBuilder {
  /// Joins passes that follow each other where they can be a pipeline.
  ///
  /// Of two pairs that share a pass, the one that keeps more channels from memory is joined.
  mutating func formPipelines() {
    var joined: [Step] = []
    var index = 0
    while index < steps.count {
      if let pipeline = pipeline(at: index),
        bandChannels(pipeline) >= bandChannels(self.pipeline(at: index + 1))
      {
        joined.append(.pipeline(pipeline))
        index += 2
      } else {
        joined.append(steps[index])
        index += 1
      }
    }
    steps = joined
  }

  private func bandChannels(_ pipeline: PixelPipeline?) -> Int {
    pipeline?.bands.reduce(0) { $0 + (graph.type(of: $1).channels ?? 0) } ?? 0
  }

  private func pipeline(at index: Int) -> PixelPipeline? {
    guard index + 1 < steps.count, case .pixels(let first) = steps[index],
      case .pixels(let second) = steps[index + 1]
    else { return nil }
    let wish = PipelineWish(
      policy, [first.decision, second.decision],
      rules: policy.rules(for: names(of: first.call) + names(of: second.call)))
    guard wish.isWanted != false else { return nil }
    let others = steps[..<index] + steps[(index + 2)...]
    let possible = PixelPipeline(first, second, rows: wish.rows ?? PixelPipeline.fewestRows) {
      value in others.contains { $0.operands.contains(value) }
    }
    guard var pipeline = possible else { return nil }
    let cost = cost(of: pipeline)
    guard wish.isWanted ?? (cost.joined < cost.apart) else { return nil }
    pipeline.reason = wish.reason ?? cost.text
    pipeline.blocks = ColumnBlocks(
      pipeline, wanted: wish.columns ?? cost.blockColumns, lanes: target.lanes)
    return pipeline
  }
}

/// The least number that is a multiple of both.
func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
  var multiple = a
  while multiple % b != 0 { multiple += a }
  return multiple
}
