internal import GraphIR
internal import LLVMKit

/// Writes a ``PixelKernel`` as direct convolution: rows, then blocks of channels, then tiles of
/// columns, each tile kept in registers.
struct DirectKernel {
  private let kernel: PixelKernel
  private let parameters: PixelKernel.Parameters
  private let builder: FunctionBuilder
  private let writer: PixelWriter

  init(_ kernel: PixelKernel, _ parameters: PixelKernel.Parameters, _ builder: FunctionBuilder) {
    self.kernel = kernel
    self.parameters = parameters
    self.builder = builder
    writer = PixelWriter(kernel, parameters, builder)
  }

  /// The addresses of one row.
  struct Row {
    var pixels: PixelWriter.Row
    var parts: [PartRow]
  }

  /// What a part reads for one row.
  struct PartRow {
    /// The first kernel row that meets the image, and the one behind the last.
    var first: IRValue
    var end: IRValue
    /// The row of the image that kernel row 0 reads.
    var top: IRValue
  }

  /// Channels `start ..< start + count` of every accumulator.
  struct Block {
    var start: IRValue
    var count: Int
  }

  private func parameter(_ index: Int) -> IRValue { builder.parameter(index) }

  func emit() {
    let first = parameter(PixelKernel.Parameters.firstRow)
    builder.loop(from: first, to: parameter(PixelKernel.Parameters.endRow)) { y in
      let row = Row(pixels: writer.row(y), parts: kernel.parts.indices.map { partRow($0, y) })
      writer.ifSet(PixelKernel.Parameters.opensRows) { writer.clearSums(row.pixels) }
      emitBlocks(row)
      writer.ifSet(PixelKernel.Parameters.closesRows) { writer.fillHalos(row.pixels) }
    }
  }

  /// Whole blocks of channels share one piece of code; what is left is a narrower one.
  private func emitBlocks(_ row: Row) {
    let types = builder.types
    let count = kernel.tile.channels
    let rest = kernel.channels % count
    builder.loop(from: types.int(0), to: types.int(kernel.channels - rest), step: count) { start in
      emitColumns(row, Block(start: start, count: count))
    }
    if rest > 0 {
      emitColumns(row, Block(start: types.int(kernel.channels - rest), count: rest))
    }
  }

  /// Kernel rows outside of the image are skipped: they would add zeros.
  private func partRow(_ index: Int, _ y: IRValue) -> PartRow {
    let part = kernel.parts[index]
    let (dilation, margin) = (part.window.dilation[0], part.window.padding[0])
    let zero = builder.types.int(0)
    let above = builder.subtract(builder.types.int(margin + dilation - 1), y)
    let first = builder.divide(builder.maximum(above, zero), dilation)
    let below = builder.subtract(
      builder.add(parameter(PixelKernel.Parameters.height), margin + dilation - 1), y)
    let end = builder.minimum(
      builder.divide(below, dilation), builder.types.int(part.kernel[0]))
    return PartRow(first: first, end: end, top: builder.subtract(y, margin))
  }

  /// Columns are a whole number of tiles.
  private func emitColumns(_ row: Row, _ block: Block) {
    builder.loop(
      from: parameter(PixelKernel.Parameters.firstColumn),
      to: parameter(PixelKernel.Parameters.endColumn), step: kernel.tile.vectors
    ) { column in
      emitTile(row, block, column)
    }
  }

  private func emitTile(_ row: Row, _ block: Block, _ column: IRValue) {
    var accumulators = initialAccumulators(block)
    for index in kernel.parts.indices {
      let tile = ConvolutionTile(
        writer: writer, kernel: kernel, part: kernel.parts[index], block: block,
        image: parameters.parts[index].image,
        weights: parameter(parameters.parts[index].weights))
      accumulators = tile.accumulate(accumulators, row.parts[index], column)
    }
    finish(row, block, column, accumulators)
  }

  /// The bias in every lane, ordered `[accumulator][channel][vector]`.
  private func initialAccumulators(_ block: Block) -> [IRValue] {
    (0..<kernel.accumulators).flatMap { accumulator in
      (0..<block.count).flatMap { channel in
        let place = builder.add(block.start, accumulator * kernel.channels + channel)
        let bias =
          kernel.hasBias
          ? writer.broadcast(parameter(parameters.bias), channel: place) : writer.math.constant(0)
        return Array(repeating: bias, count: kernel.tile.vectors)
      }
    }
  }

  private func finish(
    _ row: Row, _ block: Block, _ column: IRValue, _ accumulators: [IRValue]
  ) {
    let vectors = kernel.tile.vectors
    let masks = (0..<vectors).map { writer.validLanes(builder.add(column, $0)) }
    let start = writer.place(column: column, channel: block.start)
    for channel in 0..<block.count {
      let number = builder.add(block.start, channel)
      var sums: [Int: IRValue] = [:]
      for vector in 0..<vectors {
        let distance = vector * kernel.columnBytes + channel * kernel.vectorBytes
        let place = builder.add(start, distance)
        let values = writer.results(
          row.pixels, place: place, channel: number, mask: masks[vector], sums: &sums
        ) { accumulators[($0 * block.count + channel) * vectors + vector] }
        writer.store(values, row.pixels, place: place)
      }
      writer.addSums(sums, row.pixels, channel: number)
    }
  }
}
