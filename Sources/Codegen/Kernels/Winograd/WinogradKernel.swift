internal import GraphIR
internal import LLVMKit

/// Writes a ``PixelKernel`` as Winograd convolution, for rows and columns that are a multiple of the
/// schedule's span; the last columns may go beyond the strip.
///
/// A span has tiles of every phase of the largest dilation. Where parts have different dilations,
/// their tiles differ: the sums of one pass go through scratch to the next, and the last one
/// applies the body.
struct WinogradKernel {
  private let kernel: PixelKernel
  private let schedule: WinogradSchedule
  private let parameters: PixelKernel.Parameters
  private let builder: FunctionBuilder
  private let writer: PixelWriter
  private let scratch: WinogradScratch

  init(
    _ kernel: PixelKernel, _ schedule: WinogradSchedule, _ parameters: PixelKernel.Parameters,
    _ builder: FunctionBuilder
  ) {
    self.kernel = kernel
    self.schedule = schedule
    self.parameters = parameters
    self.builder = builder
    writer = PixelWriter(kernel, parameters, builder)
    scratch = WinogradScratch(kernel, schedule)
  }

  private var types: TypeFactory { builder.types }
  /// Rows and columns of the results of a tile.
  private var edge: Int { schedule.transform.results }
  private func parameter(_ index: Int) -> IRValue { builder.parameter(index) }

  /// The first rows and columns that are computed together.
  private struct Region {
    var top: IRValue
    var left: IRValue
    /// Tiles beside each other.
    var tiles: IRValue
  }

  func emit() {
    let span = schedule.span
    let first = parameter(PixelKernel.Parameters.firstColumn)
    let end = parameter(PixelKernel.Parameters.endColumn)
    builder.loop(
      from: parameter(PixelKernel.Parameters.firstRow),
      to: parameter(PixelKernel.Parameters.endRow), step: span
    ) { top in
      writer.ifSet(PixelKernel.Parameters.opensRows) {
        builder.loop(from: top, to: builder.add(top, span)) { writer.clearSums(writer.row($0)) }
      }
      guard schedule.passes.count > 1 else {
        let tiles = builder.divide(builder.subtract(end, first), edge)
        return emit(Region(top: top, left: first, tiles: tiles))
      }
      forEachRegion(from: top, to: builder.add(top, span)) { top in
        forEachRegion(from: first, to: end) { left in
          emit(Region(top: top, left: left, tiles: types.int(schedule.group)))
        }
      }
    }
  }

  /// Visits the groups of phases of every span.
  private func forEachRegion(from start: IRValue, to end: IRValue, _ body: (IRValue) -> Void) {
    builder.loop(from: start, to: end, step: schedule.span) { first in
      builder.loop(
        from: types.int(0), to: types.int(schedule.largestDilation), step: schedule.group
      ) {
        body(builder.add(first, $0))
      }
    }
  }

  /// All passes over a region, one after another.
  private func emit(_ region: Region) {
    var summed = 0
    for (index, pass) in schedule.passes.enumerated() {
      emit(
        WinogradPass(
          dilation: pass.dilation, accumulators: pass.accumulators, block: pass.block,
          summed: summed, isLast: index == schedule.passes.count - 1), region)
      // In ascending order.
      summed = pass.accumulators
    }
  }

  /// Row tiles by phase, then column tiles, as many at a time as share a matrix product.
  private func emit(_ pass: WinogradPass, _ region: Region) {
    let rest = builder.binary(.remainder, region.tiles, types.int(schedule.vectors))
    let whole = builder.subtract(region.tiles, rest)
    builder.loop(from: types.int(0), to: types.int(tileRows)) { item in
      func emitGroup(_ first: IRValue, _ count: Int) {
        let next = next(Group(item: item, first: first, count: count), in: region)
        emitTiles(pass, Group(item: item, first: first, count: count), region, next)
      }
      builder.loop(from: types.int(0), to: whole, step: schedule.vectors) {
        emitGroup($0, schedule.vectors)
      }
      builder.loop(from: whole, to: region.tiles) { emitGroup($0, 1) }
    }
  }

  /// Rows of tiles in a region.
  private var tileRows: Int {
    schedule.passes.count > 1 ? schedule.group : schedule.largestDilation
  }

  /// Tiles of a region that share a matrix product.
  private struct Group {
    /// The row of tiles.
    var item: IRValue
    /// The first tile of the row.
    var first: IRValue
    var count: Int
  }

  /// The tiles that come next, as those of a region: in the same row, in the next one, in the
  /// region to the right, or where the next rows begin.
  private func next(_ group: Group, in region: Region) -> (group: Group, region: Region) {
    let behind = builder.add(group.first, group.count)
    let isLast = builder.compare(behind, .greaterOrEqual, region.tiles)
    var next = Group(
      item: builder.add(group.item, builder.select(isLast, types.int(1), types.int(0))),
      first: builder.select(isLast, types.int(0), behind), count: group.count)
    let leaves = builder.compare(next.item, .equal, types.int(tileRows))
    var other = region
    guard schedule.passes.count > 1 else {
      // More columns of these rows may be wanted in the next call.
      let isAtEnd = builder.compare(
        parameter(PixelKernel.Parameters.endColumn), .greaterOrEqual,
        parameter(PixelKernel.Parameters.strip))
      let entersRows = builder.select(isAtEnd, leaves, types.int(0, types.i1))
      let goesOn = builder.select(isAtEnd, types.int(0, types.i1), leaves)
      next.item = builder.select(goesOn, types.int(0), next.item)
      next.first = builder.select(goesOn, region.tiles, next.first)
      other.left = builder.select(entersRows, types.int(0), region.left)
      return (next, other)
    }
    next.item = builder.select(leaves, types.int(0), next.item)
    other.left = builder.add(
      region.left, builder.select(leaves, types.int(schedule.group), types.int(0)))
    return (next, other)
  }

  private func emitTiles(
    _ pass: WinogradPass, _ group: Group, _ region: Region,
    _ next: (group: Group, region: Region)
  ) {
    func row(_ group: Group, _ region: Region) -> WinogradPlace {
      schedule.place(of: group.item, from: region.top, pass, builder)
    }
    func columns(_ group: Group, _ region: Region) -> [WinogradPlace] {
      (0..<group.count).map {
        schedule.place(of: builder.add(group.first, $0), from: region.left, pass, builder)
      }
    }
    func places(_ group: Group, _ region: Region) -> WinogradPrefetch.Tiles {
      WinogradPrefetch.Tiles(
        row: row(group, region).position, columns: columns(group, region).map(\.position))
    }
    let prefetch = WinogradPrefetch(
      kernel: kernel, parameters: parameters, transform: schedule.transform, pass: pass,
      builder: builder,
      current: places(group, region), next: places(next.group, next.region))
    let tiles = WinogradTiles(
      kernel: kernel, schedule: schedule, scratch: scratch, builder: builder, writer: writer,
      parameters: parameters, pass: pass, row: row(group, region),
      places: columns(group, region), memory: parameter(PixelKernel.Parameters.scratch),
      prefetch: prefetch)
    tiles.transformInputs()
    tiles.finish()
  }
}

/// The convolutions of one dilation within a kernel.
struct WinogradPass {
  var dilation: Int
  /// The pass computes sums for so many accumulators, the first ones.
  var accumulators: Int
  /// Channels of each of them in one matrix product.
  var block: Int
  /// So many accumulators, the first ones, have sums of the passes before.
  var summed: Int
  /// Whether the body is applied to the sums.
  var isLast: Bool
}

/// Where a tile begins, in rows or in columns.
struct WinogradPlace {
  /// In the image.
  var position: IRValue
  /// Among the partial sums of its region.
  var sums: IRValue
}

extension WinogradSchedule {
  /// The place of a tile in a region that begins at `start`: whole spans of a dilation, then
  /// phases.
  func place(
    of tile: IRValue, from start: IRValue, _ pass: WinogradPass, _ builder: FunctionBuilder
  ) -> WinogradPlace {
    func spans(_ tile: IRValue) -> IRValue {
      let (span, phase) = (
        builder.divide(tile, pass.dilation),
        builder.binary(.remainder, tile, builder.types.int(pass.dilation))
      )
      return builder.add(builder.multiply(span, transform.results * pass.dilation), phase)
    }
    let largest = largestDilation
    guard pass.dilation < largest, group < largest else {
      let offset = spans(tile)
      return WinogradPlace(position: builder.add(start, offset), sums: offset)
    }
    // As many groups of rows as a tile has rows, as far apart as the rows of a tile of the largest
    // dilation.
    let number = builder.divide(tile, group / transform.results)
    let offset = spans(
      builder.binary(.remainder, tile, builder.types.int(group / transform.results)))
    return WinogradPlace(
      position: builder.add(start, builder.add(builder.multiply(number, largest), offset)),
      sums: builder.add(builder.multiply(number, group), offset))
  }

  /// Partial sums from one pixel of a tile to the next, in rows or in columns.
  func sumStep(_ pass: WinogradPass) -> Int {
    pass.dilation == largestDilation ? group : pass.dilation
  }

  /// Accumulators whose sums go from pass to pass.
  var keptAccumulators: Int { passes.dropLast().last?.accumulators ?? 0 }

  /// The columns of whole spans for a strip; they may go beyond its end.
  func coveredColumns(_ strip: IRValue, _ builder: FunctionBuilder) -> IRValue {
    SpanCover.columns(strip: strip, span: span, builder)
  }
}
