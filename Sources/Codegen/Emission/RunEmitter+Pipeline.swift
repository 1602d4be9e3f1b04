internal import GraphIR
internal import LLVMKit

/// Two passes as one (``PixelPipeline``).
extension RunEmitter {
  func emit(_ pipeline: PixelPipeline, _ index: IRValue) {
    let share = PipelineShare(pipeline, call, builder)
    builder.ifTrue(share.isActive) { emitBands(pipeline, share, index) }
    emitBarrier()
    builder.ifTrue(share.hasBorder) {
      let top = share.rows.first
      let end = builder.minimum(
        builder.add(top, pipeline.lag), call.image(pipeline.extents).height)
      emitBorder(pipeline, index, rows: (top, end), borderViews(pipeline, of: call.scratch))
    }
    builder.ifTrue(share.hasBorderBelow) {
      let end = share.rows.end
      emitBorder(
        pipeline, index, rows: (builder.subtract(end, pipeline.lag), end),
        borderViews(pipeline, of: scratchBelow))
    }
  }

  /// The scratch of the thread whose share is the one below.
  private var scratchBelow: IRValue { builder.offset(call.scratch, call.threadBytes) }

  /// All rows of a thread but those about its borders, which it leaves for the end with what they
  /// need: the thread below keeps that of a border.
  private func emitBands(
    _ pipeline: PixelPipeline, _ share: PipelineShare, _ index: IRValue
  ) {
    let kept = views(pipeline, of: call.scratch)
    let (height, lag) = (call.image(pipeline.extents).height, pipeline.lag)
    // The rows at the top that are done last, and those that they need.
    let border = builder.add(
      share.rows.first, builder.select(share.hasBorder, types.int(lag), types.int(0)))
    let needed = builder.add(share.rows.first, pipeline.margin)
    builder.loop(from: share.rows.first, to: share.rows.end, step: pipeline.step) { top in
      let end = builder.minimum(builder.add(top, pipeline.step), height)
      let first = builder.minimum(
        height, builder.maximum(border, builder.subtract(top, lag)))
      let isBottom = builder.compare(end, .equal, height)
      let stop = builder.select(isBottom, height, builder.subtract(end, lag))
      emitBand(pipeline, index, ahead: (top, end), behind: (first, stop), kept)
      let isNeeded = builder.compare(top, .less, needed)
      builder.ifTrue(builder.binary(.and, isNeeded, share.hasBorder)) {
        copyToBorder(
          pipeline, rows: (top, builder.minimum(needed, end)), from: kept, of: call.scratch)
      }
    }
    builder.ifTrue(share.hasBorderBelow) {
      let end = share.rows.end
      copyToBorder(
        pipeline, rows: (builder.subtract(end, pipeline.margin), end), from: kept,
        of: scratchBelow)
    }
  }

  /// The rows of a band of either pass, block of columns by block of columns, so that the second
  /// pass finds near the core what the first one has just computed.
  private func emitBand(
    _ pipeline: PixelPipeline, _ index: IRValue, ahead: Rows, behind: Rows, _ bands: Bands
  ) {
    guard let blocks = pipeline.blocks else {
      emitPixels(pipeline.first, index, rows: ahead, bands: bands)
      return emitPixels(pipeline.second, index, rows: behind, bands: bands)
    }
    let strip = call.image(pipeline.extents).strip
    // The last one takes what is left.
    let count = builder.maximum(builder.divide(strip, blocks.columns), types.int(1))
    builder.loop(from: types.int(0), to: count) { block in
      let isFirst = builder.compare(block, .equal, types.int(0))
      let isLast = builder.compare(builder.add(block, 1), .equal, count)
      let start = builder.multiply(block, blocks.columns)
      var columns = Columns(
        first: start,
        end: builder.select(isLast, strip, builder.add(start, blocks.columns)),
        opens: flag(isFirst), closes: flag(isLast))
      emitPixels(pipeline.first, index, rows: ahead, columns: columns, bands: bands)
      columns.first = builder.select(
        isFirst, firstColumns(blocks, strip), builder.subtract(start, blocks.lag))
      columns.end = builder.select(isLast, strip, builder.subtract(columns.end, blocks.lag))
      columns.closes = types.int(0)
      emitPixels(pipeline.second, index, rows: behind, columns: columns, bands: bands)
    }
    emitFirstColumns(pipeline, index, rows: behind, bands)
  }

  /// Rows of the second pass whose first pass is done, in the order of columns of ``emitBand``: the
  /// order decides how sums are rounded.
  private func emitBorder(
    _ pipeline: PixelPipeline, _ index: IRValue, rows: Rows, _ bands: Bands
  ) {
    guard let blocks = pipeline.blocks else {
      return emitPixels(pipeline.second, index, rows: rows, bands: bands)
    }
    let strip = call.image(pipeline.extents).strip
    let columns = Columns(
      first: firstColumns(blocks, strip), end: strip, opens: types.int(1), closes: types.int(0))
    emitPixels(pipeline.second, index, rows: rows, columns: columns, bands: bands)
    emitFirstColumns(pipeline, index, rows: rows, bands)
  }

  /// The first columns of a strip, which come last: what lies beside them is at its end.
  private func emitFirstColumns(
    _ pipeline: PixelPipeline, _ index: IRValue, rows: Rows, _ bands: Bands
  ) {
    guard let blocks = pipeline.blocks else { return }
    let strip = call.image(pipeline.extents).strip
    let columns = Columns(
      first: types.int(0), end: firstColumns(blocks, strip), opens: types.int(0),
      closes: types.int(1))
    emitPixels(pipeline.second, index, rows: rows, columns: columns, bands: bands)
  }

  /// Columns of a strip that come last: none where it is a single block.
  private func firstColumns(_ blocks: ColumnBlocks, _ strip: IRValue) -> IRValue {
    let isSingle = builder.compare(strip, .less, types.int(blocks.leastStrip))
    return builder.select(isSingle, types.int(0), types.int(blocks.lag))
  }

  private func flag(_ condition: IRValue) -> IRValue {
    builder.select(condition, types.int(1), types.int(0))
  }

  /// Copies rows to those about the border that are in the scratch of a thread.
  private func copyToBorder(
    _ pipeline: PixelPipeline, rows: Rows, from kept: Bands, of scratch: IRValue
  ) {
    let border = borderViews(pipeline, of: scratch)
    for value in pipeline.bands {
      guard let source = kept[value], let target = border[value],
        let band = plan.memory.bandOfValue[value]
      else { continue }
      rowKernels(call.image(pipeline.extents)).copyRows(
        rows, of: plan.memory.bands[band].layout, from: source.image, modulo: source.rows,
        to: target.image, modulo: target.rows)
    }
  }

  // MARK: - Places

  /// The bands of a thread whose scratch is given.
  private func views(_ pipeline: PixelPipeline, of scratch: IRValue) -> Bands {
    bands(pipeline, scratch, rows: pipeline.keptRows) { _ in 0 }
  }

  /// The rows about the border to the share above a thread's, behind the others of every band.
  private func borderViews(_ pipeline: PixelPipeline, of scratch: IRValue) -> Bands {
    bands(pipeline, scratch, rows: pipeline.borderRows) { plan.memory.bands[$0].keptRows }
  }

  private func bands(
    _ pipeline: PixelPipeline, _ scratch: IRValue, rows: Int, firstRow: (Int) -> Int
  ) -> Bands {
    var starts: [IRValue] = []
    var start = builder.offset(scratch, plan.memory.scratchBytes)
    for (band, pitch) in zip(plan.memory.bands, call.bandPitches) {
      starts.append(start)
      start = builder.offset(start, builder.multiply(pitch, band.keptRows + band.borderRows))
    }
    var views: Bands = [:]
    for value in pipeline.bands {
      guard let band = plan.memory.bandOfValue[value] else { continue }
      let (layout, pitch) = (plan.memory.bands[band].layout, call.bandPitches[band])
      let base = builder.offset(starts[band], builder.multiply(pitch, firstRow(band)))
      let image = RowKernels.Image(
        base: builder.offset(base, layout.halo * layout.columnBytes), pitch: pitch,
        channels: layout.channels, halo: layout.halo)
      views[value] = BandView(image: image, rows: rows)
    }
    return views
  }
}

/// The rows of a pipeline that a thread works on: whole bands, the last one perhaps cut.
///
/// Where there are fewer bands than threads, the last threads have none, so that the share above
/// is always that of the thread before.
private struct PipelineShare {
  let rows: (first: IRValue, end: IRValue)
  /// Whether the thread has rows.
  let isActive: IRValue
  /// Whether it has rows and there is a share above.
  let hasBorder: IRValue
  /// Whether there is a share below.
  let hasBorderBelow: IRValue

  init(_ pipeline: PixelPipeline, _ call: RunCall, _ builder: FunctionBuilder) {
    let height = call.image(pipeline.extents).height
    let bands = builder.divide(
      builder.add(height, pipeline.shareStep - 1), pipeline.shareStep)
    let threads = builder.minimum(call.threads, bands)
    let share = RunCall.share(of: bands, call.thread, threads, builder)
    let first = builder.multiply(share.first, pipeline.shareStep)
    let end = builder.minimum(builder.multiply(share.end, pipeline.shareStep), height)
    rows = (first, end)
    isActive = builder.compare(call.thread, .less, threads)
    let isFirst = builder.compare(call.thread, .equal, builder.types.int(0))
    hasBorder = builder.select(isFirst, builder.types.int(0, builder.types.i1), isActive)
    hasBorderBelow = builder.compare(builder.add(call.thread, 1), .less, threads)
  }
}
