internal import GraphIR

/// Estimates the cycles that one core takes for a pass over the pixels of an image.
///
/// The formulas count what kernels do: multiply-adds, loads and stores, transforms, turns of loops,
/// and bytes that come from beyond the nearest cache. Their constants are those of
/// ``MachineCosts`` and the few below, which were fitted to measured layers (docs/performance.md).
struct CostModel {
  let problem: PixelProblem
  let costs: MachineCosts
  private let strip: Int

  init(_ problem: PixelProblem, for target: Target) {
    self.problem = problem
    costs = MachineCosts(target)
    strip = StripLayout.strip(width: problem.width, lanes: target.lanes)
  }

  /// Cycles for an image.
  func cycles(_ choice: ScheduleChoice) -> Double {
    guard let block = choice.block else {
      return direct(choice.tile, vectors: strip * problem.height)
    }
    return winograd(schedule(choice, block), vectors: block.vectors, rest: choice.tile)
  }

  private func schedule(_ choice: ScheduleChoice, _ block: MatrixBlock) -> WinogradSchedule {
    WinogradSchedule(
      problem.fused, weights: problem.weights, choice.algorithm.transform, block: block,
      pairs: problem.pairs)
  }

  /// Cycles for a vector of pixels.
  func rates(_ choice: ScheduleChoice) -> PassRates {
    let elsewhere = direct(choice.tile, vectors: 1)
    guard let block = choice.block else {
      return PassRates(inSpans: elsewhere, elsewhere: elsewhere)
    }
    let schedule = schedule(choice, block)
    let results = Double(schedule.transform.results * schedule.transform.results)
    let tile = winogradTile(schedule, vectors: block.vectors)
    return PassRates(inSpans: max(tile / results, memory(vectors: 1)), elsewhere: elsewhere)
  }

  /// Cycles for a pixel of an image.
  func cyclesPerPixel(_ choice: ScheduleChoice) -> Double {
    cycles(choice) / Double(max(1, problem.height * problem.width))
  }

  // MARK: - All schedules

  /// The body at one vector of pixels of a channel: arithmetic, operands, results, sums of means.
  private var body: Double {
    MachineCosts.operation * (problem.fused.body.operations + Double(problem.means))
      + MachineCosts.load * Double(problem.bodyImages)
      + MachineCosts.store * Double(problem.resultImages)
  }

  /// Bytes from and to memory for one vector of pixels; what is written is read before.
  private var memoryBytes: Double {
    let inputs = problem.parts.reduce(0) { $0 + $1.channels }
    let images = problem.bodyImages + 2 * problem.resultImages
    return costs.vectorBytes * Double(inputs + images * problem.channels)
  }

  private func memory(vectors: Int) -> Double {
    memoryBytes * Double(vectors) / MachineCosts.memoryBandwidth
  }

  /// Sizes of the blocks that channels are divided into, each with its number.
  private func blocks(of size: Int) -> [(size: Int, count: Int)] {
    [(size, problem.channels / size), (problem.channels % size, 1)]
      .filter { $0.0 > 0 && $0.1 > 0 }
  }

  // MARK: - Direct

  /// Cycles of direct convolution at so many vectors of pixels.
  private func direct(_ tile: RegisterTile, vectors: Int) -> Double {
    max(Double(vectors) * computation(tile), memory(vectors: vectors))
  }

  /// Cycles of direct convolution at a vector of pixels where memory takes none.
  func computation(_ tile: RegisterTile) -> Double {
    blocks(of: tile.channels).reduce(0) { sum, block in
      sum + Double(block.count) * directTile(channels: block.size, vectors: tile.vectors)
    } / Double(tile.vectors)
  }

  /// One tile: for every row of a kernel and every input channel a turn of a loop, then the body.
  private func directTile(channels: Int, vectors: Int) -> Double {
    let results = Double(channels * vectors)
    var cycles = Self.tileStart + results * body
    for part in problem.parts {
      let columns = part.kernel[1]
      let weights = Double(columns * part.accumulators * channels)
      // Neighbouring columns share vectors of the image.
      let pixels = Set(
        (0..<columns).flatMap { column in
          (0..<vectors).map { column * part.window.dilation[1] + $0 }
        }
      ).count
      let loads = weights * costs.broadcast + Double(pixels) * MachineCosts.load
      let turn = max(
        weights * Double(vectors) * costs.multiplyAdd, loads,
        MachineCosts.latency * Double(columns))
      // Pixels that columns share stay in registers beside the sums.
      let kept = part.window.dilation[1] == 1 ? pixels : vectors
      let spilled = max(0, part.accumulators * channels * vectors + kept - costs.registers)
      cycles +=
        Double(part.kernel[0] * part.channels)
        * (turn + MachineCosts.turn + Self.contention * loads
          + MachineCosts.spill * Double(spilled))
    }
    return cycles
  }

  /// Cycles for addresses and masks of a tile.
  private static let tileStart = 40.0
  /// The share of the time of loads that multiply-adds do not hide.
  private static let contention = 0.05

  // MARK: - Winograd

  /// Spans of tiles, and the direct schedule for what they leave.
  private func winograd(_ schedule: WinogradSchedule, vectors: Int, rest: RegisterTile) -> Double {
    let cover = SpanCover(height: problem.height, strip: strip, span: schedule.span)
    guard cover.computed > 0 else { return direct(rest, vectors: cover.left) }
    let edge = schedule.transform.results
    let tiles = Double(cover.computed / (edge * edge))
    let compute = tiles * winogradTile(schedule, vectors: vectors)
    let useful = min(cover.columns, strip) * cover.rows
    return max(compute, memory(vectors: useful)) + direct(rest, vectors: cover.left)
  }

  /// All passes over one vector of tiles.
  private func winogradTile(_ schedule: WinogradSchedule, vectors: Int) -> Double {
    let transform = schedule.transform.cycles
    let summed = Double(schedule.keptAccumulators * problem.channels)
    let results = Double(schedule.transform.results * schedule.transform.results)
    // Sums of one pass are stored for the next one.
    var cycles = summed * results * (MachineCosts.store + MachineCosts.load)
    cycles += Double(problem.channels) * results * body
    for pass in schedule.passes {
      let parts = problem.parts.filter { $0.window.dilation[0] == pass.dilation }
      let products = products(pass, parts, schedule, vectors: vectors)
      let inputs = Double(parts.reduce(0) { $0 + $1.channels })
      let outputs = Double(pass.accumulators * problem.channels)
      cycles += inputs * transform.input * costs.spilling
      cycles += products + outputs * transform.output * costs.spilling
      // Inputs of the next tiles are fetched while products are computed, as far as that takes.
      let fetched = inputs * results * costs.vectorBytes / MachineCosts.scatteredBandwidth
      cycles += max(0, fetched - Self.overlap * products)
    }
    return cycles
  }

  /// The matrix products of a pass for one vector of tiles.
  private func products(
    _ pass: WinogradSchedule.Pass, _ parts: [PixelProblem.Part], _ schedule: WinogradSchedule,
    vectors: Int
  ) -> Double {
    let depth = parts.reduce(0) { $0 + schedule.depth(channels: $1.channels) }
    let planes = Double(schedule.transform.planes)
    let scratch = planes * Double(depth * vectors) * costs.vectorBytes
    let bandwidth = MachineCosts.bandwidth(workingSet: 2 * scratch)
    let group = blocks(of: pass.block).reduce(0.0) { sum, block in
      let results = Double(pass.accumulators * block.size * vectors)
      var cycles = results * MachineCosts.store + Self.planeStart
      for part in parts {
        let rows = Double(part.accumulators * block.size)
        let bytes = Double(vectors) * costs.vectorBytes + 4 * rows
        let turn = max(
          rows * Double(vectors) * costs.multiplyAdd,
          rows * costs.broadcast + Double(vectors) * MachineCosts.load,
          bytes / bandwidth, MachineCosts.latency)
        cycles += Double(schedule.depth(channels: part.channels)) * turn
      }
      return sum + Double(block.count) * cycles
    }
    return planes * group / Double(vectors)
  }

  /// Cycles for addresses of a plane.
  private static let planeStart = 10.0
  /// The share of the time of products that hides what is fetched meanwhile.
  private static let overlap = 0.5
}

extension WinogradTransform {
  /// Cycles of the transforms of a vector of tiles: of one channel of the inputs, and of one
  /// accumulator of a channel of the results.
  fileprivate var cycles: (input: Double, output: Double) {
    let planes = Double(planes)
    return (
      Double(operations.input) * MachineCosts.operation + planes * MachineCosts.store
        + Self.addresses,
      Double(operations.output) * MachineCosts.operation + planes * MachineCosts.load
        + Double(results * results) * Self.result
    )
  }

  /// Operations on vectors.
  private var operations: (input: Int, output: Int) {
    switch self {
    case .two: (8 * 4, 6 * 4 + 2 * 2)
    case .four: (12 * 12, 6 * 10 + 4 * 14)
    }
  }

  /// Cycles for addresses of the inputs of a tile.
  private static let addresses = 12.0
  /// Cycles for the address and the mask of a result, and what does not fit the registers.
  private static let result = 2.8
}
