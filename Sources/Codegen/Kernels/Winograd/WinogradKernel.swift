internal import GraphIR
internal import LLVMKit

/// Writes a ``PixelKernel`` as Winograd convolution, for rows that are a multiple of the
/// schedule's span and the columns that fill spans, the last of them at least by half; the direct
/// schedule does the others.
///
/// A span has tiles of every phase of the largest dilation. Where parts have different dilations,
/// their tiles differ: the sums of one dilation go through scratch to the next, and the last one
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
  private func parameter(_ index: Int) -> IRValue { builder.parameter(index) }

  /// A rectangle of whole spans.
  private struct Region {
    var top: IRValue
    var left: IRValue
    var columns: IRValue
  }

  func emit() {
    let span = schedule.span
    let end = schedule.coveredColumns(parameter(PixelKernel.Parameters.strip), builder)
    builder.loop(
      from: parameter(PixelKernel.Parameters.firstRow),
      to: parameter(PixelKernel.Parameters.endRow), step: span
    ) { top in
      builder.loop(from: top, to: builder.add(top, span)) { writer.clearSums(writer.row($0)) }
      guard schedule.dilations.count > 1 else {
        return emit(Region(top: top, left: types.int(0), columns: end))
      }
      builder.loop(from: types.int(0), to: end, step: span) { left in
        emit(Region(top: top, left: left, columns: types.int(span)))
      }
    }
  }

  /// All dilations of a region, one after another.
  private func emit(_ region: Region) {
    for (index, dilation) in schedule.dilations.enumerated() {
      let pass = WinogradPass(
        dilation: dilation, isFirst: index == 0, isLast: index == schedule.dilations.count - 1)
      emit(pass, region)
    }
  }

  /// Row tiles by phase, then column tiles, as many at a time as share a matrix product.
  private func emit(_ pass: WinogradPass, _ region: Region) {
    let dilation = pass.dilation
    let tiles = builder.divide(region.columns, 4)
    let rest = builder.binary(.remainder, tiles, types.int(schedule.vectors))
    let whole = builder.subtract(tiles, rest)
    builder.loop(from: types.int(0), to: types.int(schedule.span / 4)) { item in
      let top = builder.add(region.top, position(of: item, dilation))
      func emitGroup(_ first: IRValue, _ count: Int) {
        let columns = (0..<count).map {
          builder.add(region.left, position(of: builder.add(first, $0), dilation))
        }
        emitTiles(pass, region, top: top, columns: columns)
      }
      builder.loop(from: types.int(0), to: whole, step: schedule.vectors) {
        emitGroup($0, schedule.vectors)
      }
      builder.loop(from: whole, to: tiles) { emitGroup($0, 1) }
    }
  }

  /// The first row or column of a tile: whole spans of a dilation, then phases.
  private func position(of tile: IRValue, _ dilation: Int) -> IRValue {
    let (block, phase) = (
      builder.divide(tile, dilation), builder.binary(.remainder, tile, types.int(dilation))
    )
    return builder.add(builder.multiply(block, 4 * dilation), phase)
  }

  private func emitTiles(
    _ pass: WinogradPass, _ region: Region, top: IRValue, columns: [IRValue]
  ) {
    let memory = parameter(PixelKernel.Parameters.scratch)
    let tiles = WinogradTiles(
      kernel: kernel, schedule: schedule, scratch: scratch, builder: builder, writer: writer,
      parameters: parameters, pass: pass, top: top, columns: columns, memory: memory)
    tiles.transformInputs()
    tiles.finish(regionTop: region.top, regionLeft: region.left)
  }
}

/// The convolutions of one dilation within a kernel.
struct WinogradPass {
  var dilation: Int
  /// Whether the sums start with the bias.
  var isFirst: Bool
  /// Whether the body is applied to the sums.
  var isLast: Bool
}

extension WinogradSchedule {
  /// The columns of whole spans for a strip; they may go beyond its end.
  func coveredColumns(_ strip: IRValue, _ builder: FunctionBuilder) -> IRValue {
    builder.multiply(builder.divide(builder.add(strip, span / 2), span), span)
  }
}
