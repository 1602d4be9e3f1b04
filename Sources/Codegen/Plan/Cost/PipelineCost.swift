internal import GraphIR

/// What it costs to bring results of one pass to the next, in cycles for a pixel: as a pipeline by
/// way of bands, or apart by way of memory.
struct PipelineCost {
  /// As a pipeline, which reads rows around its bands again.
  let joined: Double
  /// As two passes.
  let apart: Double
  /// Columns of a block of a wide image, in vectors of a strip.
  let blockColumns: Int

  var text: String {
    func rounded(_ cycles: Double) -> String { ((cycles * 10).rounded() / 10).description }
    return "\(rounded(joined)) cycles a pixel from pass to pass, \(rounded(apart)) as two steps"
  }

  /// - Parameters:
  ///   - bands: Channels that go from pass to pass.
  ///   - inputs: Channels that the first pass convolves.
  ///   - rowVectors: Vectors of a row of one channel.
  init(
    _ pipeline: PixelPipeline, bands: Int, inputs: Int, rowVectors: Int, height: Int, lanes: Int
  ) {
    let step = Double(pipeline.step)
    let (ahead, behind) = (Double(pipeline.firstReach) / step, Double(pipeline.reach) / step)
    let rowBytes = Double(rowVectors * lanes * 4)
    let rowsOfChannels =
      pipeline.keptRows * bands + (pipeline.step + 2 * pipeline.firstReach) * inputs
    let workingSet = rowBytes * Double(rowsOfChannels)
    blockColumns = ColumnBlocks.usualColumns(columnBytes: rowsOfChannels * lanes * 4)
    let (bandBytes, inputBytes) = (Double(4 * bands), Double(4 * inputs))
    let reread = 2 * (ahead * inputBytes + behind * bandBytes) / MachineCosts.nearBandwidth
    joined = 2 * bandBytes / MachineCosts.bandwidth(workingSet: workingSet) + reread
    let isNear = rowBytes * Double(height * bands) <= Double(MachineCosts.nearBytes)
    // Written, which reads first, and read.
    apart = 3 * bandBytes / (isNear ? MachineCosts.nearBandwidth : MachineCosts.memoryBandwidth)
  }
}

/// Whether two passes shall be one, and why, where that is not estimated.
struct PipelineWish {
  private(set) var isWanted: Bool?
  private(set) var rows: Int?
  private(set) var columns: Int?
  private(set) var reason: String?

  /// - Parameters:
  ///   - decisions: Those of both passes.
  ///   - rules: The rules for them.
  init(_ policy: SchedulePolicy, _ decisions: [ScheduleDecision], rules: [SchedulePolicy.Rule]) {
    let key = MeasuredSchedules.pipelineKey(decisions.map(\.key))
    if let measured = policy.measured.bandRows[key] {
      (isWanted, rows, reason) = (measured > 0, measured > 0 ? measured : nil, "measured")
    }
    for rule in rules {
      switch rule.demand {
      case .pipeline(let isOn): (isWanted, reason) = (isOn, "a rule")
      case .bandRows(let count): rows = count
      case .blockColumns(let count): columns = count
      case .algorithm, .tile, .block, .strips: break
      }
    }
  }
}

extension PixelPipeline {
  /// Rows above and below its own that the first pass reads.
  var firstReach: Int {
    first.call.fused.parts.map { max($0.window.padding[0], $0.window.padding[2]) }.max() ?? 0
  }
}

extension StepBuilder {
  /// What a pipeline costs, and what its passes cost apart.
  func cost(of pipeline: PixelPipeline) -> PipelineCost {
    func channels(_ values: [ValueID]) -> Int {
      values.reduce(0) { $0 + (graph.type(of: $1).channels ?? 0) }
    }
    let symbols = usualSymbols
    let width = pipeline.extents.width.evaluated(symbols) ?? PixelProblem.usualSize.width
    return PipelineCost(
      pipeline, bands: channels(pipeline.bands),
      inputs: channels(pipeline.first.call.parts.map(\.input)),
      rowVectors: StripLayout.strip(width: width, lanes: target.lanes),
      height: pipeline.extents.height.evaluated(symbols) ?? PixelProblem.usualSize.height,
      lanes: target.lanes)
  }
}
