internal import LLVMKit

/// The last stage of one tile vector.
struct WinogradOutput {
  let tiles: WinogradTiles
  let rows: [PixelWriter.Row]
  /// The columns of the pixels of a row.
  let columns: [IRValue]
  let masks: [IRValue]
  /// Whether the first pixel is within the strip.
  let isWithin: IRValue
  /// Where the partial sums of the first pixel are.
  let partialSums: IRValue

  private var builder: FunctionBuilder { tiles.builder }
  private var kernel: PixelKernel { tiles.kernel }
  private var pass: WinogradPass { tiles.pass }
  private var edge: Int { tiles.transform.results }

  /// Finishes one channel of all accumulators.
  ///
  /// - Parameter products: Gives the products of an accumulator, transformed along the rows.
  func emit(_ channel: IRValue, products: (Int) -> [[IRValue]]) {
    let half = (0..<pass.accumulators).map(products)
    for row in 0..<edge {
      let sums = (0..<kernel.accumulators).map { accumulator in
        let starts = (0..<edge).map { start(accumulator, channel, row, $0) }
        guard accumulator < half.count else { return starts }
        return tiles.transform.transformRow(
          half[accumulator][row], addedTo: starts, tiles.writer.math)
      }
      if pass.isLast {
        applyBody(sums, channel, row)
      } else {
        keep(sums, channel, row)
      }
    }
  }

  /// What the sums of a pixel start with: the bias, or the sums of the passes before.
  private func start(_ accumulator: Int, _ channel: IRValue, _ row: Int, _ column: Int) -> IRValue {
    guard accumulator >= pass.summed else {
      return builder.load(
        tiles.writer.math.type, partialSum(accumulator, channel, row, column),
        alignment: kernel.vectorBytes)
    }
    guard kernel.hasBias else { return tiles.writer.math.constant(0) }
    let place = builder.add(channel, accumulator * kernel.channels)
    return tiles.writer.broadcast(
      builder.parameter(tiles.parameters.bias), channel: place)
  }

  private func partialSum(_ accumulator: Int, _ channel: IRValue, _ row: Int, _ column: Int)
    -> IRValue
  {
    let outputs = tiles.schedule.keptAccumulators * kernel.channels
    let width = edge * tiles.schedule.group
    let pixel = (row * width + column) * tiles.schedule.sumStep(pass)
    let place = (pixel * outputs + accumulator * kernel.channels) * kernel.vectorBytes
    return builder.offset(
      builder.offset(partialSums, place), builder.multiply(channel, kernel.vectorBytes))
  }

  private func keep(_ sums: [[IRValue]], _ channel: IRValue, _ row: Int) {
    for (accumulator, columns) in sums.prefix(pass.accumulators).enumerated() {
      for (column, sum) in columns.enumerated() {
        builder.store(
          sum, partialSum(accumulator, channel, row, column), alignment: kernel.vectorBytes)
      }
    }
  }

  private func applyBody(_ sums: [[IRValue]], _ channel: IRValue, _ row: Int) {
    var rowSums: [Int: IRValue] = [:]
    let pixels = (0..<edge).map { pixel in
      let place = tiles.writer.place(column: columns[pixel], channel: channel)
      let values = tiles.writer.results(
        rows[row], place: place, channel: channel, mask: masks[pixel], sums: &rowSums
      ) { sums[$0][pixel] }
      if !mayLeaveStrip { tiles.writer.store(values, rows[row], place: place) }
      return (values, place)
    }
    if mayLeaveStrip {
      for (values, place) in pixels.reversed() {
        tiles.writer.store(values, rows[row], place: place)
      }
    }
    tiles.writer.addSums(rowSums, rows[row], channel: channel)
  }

  /// Whether spans are wider than what strips are a multiple of.
  private var mayLeaveStrip: Bool { tiles.schedule.span > StripLayout.tileColumns }

  /// Emits what is to be done where it has an effect: the results of a tile behind the strip are not
  /// stored.
  func ifWanted(_ body: () -> Void) {
    guard pass.isLast, mayLeaveStrip else { return body() }
    builder.ifTrue(isWithin, body)
  }
}
