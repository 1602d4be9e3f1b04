internal import GraphIR
internal import LLVMKit

/// Passes over the pixels: which rows go to which schedule.
extension RunEmitter {
  typealias Rows = (first: IRValue, end: IRValue)
  /// Columns of rows, in vectors of a strip.
  struct Columns {
    var first: IRValue
    var end: IRValue
    /// 1 where no columns of the rows come before.
    var opens: IRValue
    /// 1 where none come after.
    var closes: IRValue
  }
  /// Where band values are; other images are where the memory plan says.
  typealias Bands = [ValueID: BandView]

  /// Rows of a band value as a kernel sees them: row y at y modulo their number.
  struct BandView {
    var image: RowKernels.Image
    var rows: Int
  }

  /// Whole spans of rows go to the Winograd schedule, the rows that are left to the direct one;
  /// both kinds of rows are split over the threads.
  func emitPixels(_ pixels: PixelCall, _ index: IRValue) {
    let image = call.image(pixels.extents)
    guard let winograd = pixels.winograd else {
      return emitPixels(pixels, index, rows: image.rows)
    }
    let spans = builder.divide(image.height, winograd.span)
    let share = call.share(of: spans, builder)
    emitPixels(
      pixels, index,
      rows: (
        builder.multiply(share.first, winograd.span), builder.multiply(share.end, winograd.span)
      ))
    let done = builder.multiply(spans, winograd.span)
    let left = call.share(of: builder.subtract(image.height, done), builder)
    emitPixels(pixels, index, rows: (builder.add(done, left.first), builder.add(done, left.end)))
  }

  /// Computes rows of which the first is that of a span, or lies behind the last whole one.
  ///
  /// - Parameter columns: They begin where a span does and end where one does or the strip; nil
  ///   for all.
  func emitPixels(
    _ pixels: PixelCall, _ index: IRValue, rows: Rows, columns: Columns? = nil,
    bands: Bands = [:]
  ) {
    let image = call.image(pixels.extents)
    let columns = columns ?? allColumns(of: image)
    func emit(_ schedule: PixelKernel.Schedule, rows: Rows, _ columns: Columns) {
      emitCall(pixels, schedule, index, rows: rows, columns, bands)
    }
    guard let winograd = pixels.winograd else { return emit(.direct, rows: rows, columns) }
    let whole = builder.multiply(builder.divide(image.height, winograd.span), winograd.span)
    let split = builder.maximum(rows.first, builder.minimum(rows.end, whole))
    let covered = winograd.coveredColumns(image.strip, builder)
    let (spans, rest) = splitColumns(columns, at: covered, image)
    emit(.winograd(winograd), rows: (rows.first, split), spans)
    emit(.direct, rows: (rows.first, split), rest)
    emit(.direct, rows: (split, rows.end), columns)
  }

  /// All columns of rows.
  private func allColumns(of image: RunCall.Image) -> Columns {
    Columns(first: types.int(0), end: image.strip, opens: types.int(1), closes: types.int(1))
  }

  /// The columns of whole spans, the last of which may end behind the strip, and those behind them.
  private func splitColumns(_ columns: Columns, at covered: IRValue, _ image: RunCall.Image) -> (
    spans: Columns, rest: Columns
  ) {
    let isLast = builder.compare(columns.end, .equal, image.strip)
    var (spans, rest) = (columns, columns)
    spans.end = builder.select(isLast, covered, builder.minimum(columns.end, covered))
    rest.first = builder.minimum(builder.maximum(columns.first, covered), columns.end)
    rest.opens = types.int(0)
    return (spans, rest)
  }

  private func emitCall(
    _ pixels: PixelCall, _ schedule: PixelKernel.Schedule, _ index: IRValue, rows: Rows,
    _ columns: Columns, _ bands: Bands
  ) {
    let extents = call.image(pixels.extents)
    var arguments = [
      rows.first, rows.end, extents.height, extents.width, extents.strip, columns.first,
      columns.end, columns.opens, columns.closes, call.scratch,
    ]
    func image(_ value: ValueID) -> [IRValue] {
      let image = bands[value]?.image ?? self.image(value)
      return [image.base, image.pitch] + (bands[value].map { [types.int($0.rows)] } ?? [])
    }
    for (part, weights) in zip(pixels.call.parts, pixels.weights(for: schedule)) {
      arguments += image(part.input) + [address(of: weights)]
    }
    arguments += pixels.call.bias.map { numbers($0, index) }
    for operand in pixels.call.bodyOperands {
      let isImage = plan.graph.type(of: operand).isImage
      arguments += isImage ? image(operand) : [numbers(operand, index)]
    }
    for (yield, result) in zip(pixels.call.fused.body.yields, pixels.call.results) {
      arguments += yield.isMean ? [rowSums(result)] : image(result)
    }
    builder.call(symbols.function(.pixels(PixelKernel(pixels, plan), schedule)), arguments)
  }
}

extension PixelCall {
  /// The weights of every part for a schedule.
  fileprivate func weights(for schedule: PixelKernel.Schedule) -> [PartWeights] {
    switch schedule {
    case .direct: directWeights
    case .winograd: winogradWeights
    }
  }
}
