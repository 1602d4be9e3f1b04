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
  func emitPixels(_ pixels: PixelCall) {
    guard let winograd = pixels.winograd else { return emitPixels(pixels, rows: call.rows) }
    let spans = builder.divide(call.height, winograd.span)
    let share = call.share(of: spans, builder)
    emitPixels(
      pixels,
      rows: (
        builder.multiply(share.first, winograd.span), builder.multiply(share.end, winograd.span)
      ))
    let done = builder.multiply(spans, winograd.span)
    let left = call.share(of: builder.subtract(call.height, done), builder)
    emitPixels(pixels, rows: (builder.add(done, left.first), builder.add(done, left.end)))
  }

  /// Computes rows of which the first is that of a span, or lies behind the last whole one.
  func emitPixels(_ pixels: PixelCall, rows: Rows, bands: Bands = [:]) {
    let zero = types.int(0)
    guard let winograd = pixels.winograd else {
      return call(pixels, .direct, rows: rows, firstColumn: zero, bands)
    }
    let whole = builder.multiply(builder.divide(call.height, winograd.span), winograd.span)
    let split = builder.maximum(rows.first, builder.minimum(rows.end, whole))
    let columns = builder.minimum(winograd.coveredColumns(call.strip, builder), call.strip)
    call(pixels, .winograd(winograd), rows: (rows.first, split), firstColumn: zero, bands)
    call(pixels, .direct, rows: (rows.first, split), firstColumn: columns, bands)
    call(pixels, .direct, rows: (split, rows.end), firstColumn: zero, bands)
  }

  private func call(
    _ pixels: PixelCall, _ schedule: PixelKernel.Schedule, rows: Rows, firstColumn: IRValue,
    _ bands: Bands
  ) {
    var arguments = [
      rows.first, rows.end, call.height, call.width, call.strip, firstColumn, call.scratch,
    ]
    func image(_ value: ValueID) -> [IRValue] {
      let image = bands[value]?.image ?? self.image(value)
      return [image.base, image.pitch] + (bands[value].map { [types.int($0.rows)] } ?? [])
    }
    for (part, weights) in zip(pixels.call.parts, pixels.weights(for: schedule)) {
      arguments += image(part.input) + [address(of: weights)]
    }
    arguments += pixels.call.bias.map(numbers)
    for operand in pixels.call.bodyOperands {
      let isImage = plan.graph.type(of: operand).isImage
      arguments += isImage ? image(operand) : [numbers(operand)]
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
