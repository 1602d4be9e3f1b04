internal import GraphIR
internal import LLVMKit

/// Passes over the pixels: which rows go to which schedule.
extension RunEmitter {
  typealias Rows = (first: IRValue, end: IRValue)
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
  func emitPixels(_ pixels: PixelCall, _ index: IRValue, rows: Rows, bands: Bands = [:]) {
    let zero = types.int(0)
    let image = call.image(pixels.extents)
    func emit(_ schedule: PixelKernel.Schedule, rows: Rows, firstColumn: IRValue) {
      emitCall(pixels, schedule, index, rows: rows, firstColumn: firstColumn, bands)
    }
    guard let winograd = pixels.winograd else {
      return emit(.direct, rows: rows, firstColumn: zero)
    }
    let whole = builder.multiply(builder.divide(image.height, winograd.span), winograd.span)
    let split = builder.maximum(rows.first, builder.minimum(rows.end, whole))
    let columns = builder.minimum(winograd.coveredColumns(image.strip, builder), image.strip)
    emit(.winograd(winograd), rows: (rows.first, split), firstColumn: zero)
    emit(.direct, rows: (rows.first, split), firstColumn: columns)
    emit(.direct, rows: (split, rows.end), firstColumn: zero)
  }

  private func emitCall(
    _ pixels: PixelCall, _ schedule: PixelKernel.Schedule, _ index: IRValue, rows: Rows,
    firstColumn: IRValue, _ bands: Bands
  ) {
    let extents = call.image(pixels.extents)
    var arguments = [
      rows.first, rows.end, extents.height, extents.width, extents.strip, firstColumn,
      call.scratch,
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
