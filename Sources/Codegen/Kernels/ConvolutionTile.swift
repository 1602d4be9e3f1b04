internal import GraphIR
internal import LLVMKit

/// The multiply-adds of one part of a convolution for one register tile.
///
/// Loops: kernel rows outside, input channels inside, kernel columns unrolled innermost; weights
/// are read front to back (``PackedWeights``).
struct ConvolutionTile {
  let writer: PixelWriter
  let kernel: PixelKernel
  let part: PixelKernel.Part
  let block: DirectKernel.Block
  /// The input.
  let image: PixelKernel.Parameters.Image
  /// The packed weights of the part.
  let weights: IRValue

  private var builder: FunctionBuilder { writer.builder }
  private var vectors: Int { kernel.tile.vectors }
  private var outputs: Int { part.accumulators * block.count }
  private var vectorBytes: Int { part.vectorBytes(lanes: kernel.lanes) }
  private var columnBytes: Int { part.columnBytes(lanes: kernel.lanes) }
  /// Bytes of weights that one input channel takes in one kernel row.
  private var groupBytes: Int { part.kernel[1] * outputs * 4 }
  /// Bytes of weights of one channel of the results in all accumulators of the part.
  private var bytesPerChannel: Int {
    part.accumulators * part.channels * part.kernel[0] * part.kernel[1] * 4
  }

  /// Adds the convolution to accumulators ordered `[accumulator][channel][vector]`.
  func accumulate(
    _ accumulators: [IRValue], _ row: DirectKernel.PartRow, _ column: IRValue
  ) -> [IRValue] {
    let types = builder.types
    let start = part.isWrapped ? types.int(0) : builder.multiply(column, columnBytes)
    let columns = wrappedColumns(column)
    let block = builder.offset(weights, builder.multiply(block.start, bytesPerChannel))
    return builder.loop(from: row.first, to: row.end, carrying: accumulators) { kernelRow, sums in
      let y = builder.add(row.top, builder.multiply(kernelRow, part.window.dilation[0]))
      let input = builder.offset(image.row(y, builder), start)
      let rowWeights = builder.offset(
        block, builder.multiply(kernelRow, part.channels * groupBytes))
      return builder.loop(
        from: types.int(0), to: types.int(part.channels), carrying: sums
      ) { channel, sums in
        multiply(
          sums, builder.offset(input, builder.multiply(channel, vectorBytes)), columns,
          builder.offset(rowWeights, builder.multiply(channel, groupBytes)))
      }
    }
  }

  /// Where a column of the kernel lies from the first of the tile.
  private func shift(_ column: Int) -> Int {
    column * part.window.dilation[1] - part.window.padding[1]
  }

  /// The columns that a tile reads of an image without a halo, by their distance from its first.
  private func wrappedColumns(_ first: IRValue) -> [Int: WrappedColumn] {
    guard part.isWrapped else { return [:] }
    let places = Set(
      (0..<part.kernel[1]).flatMap { column in
        (0..<vectors).map { shift(column) + $0 }
      })
    // In order, so that the code is the same every time.
    return Dictionary(
      uniqueKeysWithValues: places.sorted().map { place in
        let column = WrappedColumn(
          builder.add(first, place), reach: part.window.padding[1],
          strip: builder.parameter(PixelKernel.Parameters.strip), columnBytes: columnBytes,
          part.image.storage, writer.math)
        return (place, column)
      })
  }

  /// One input channel and one kernel row: all columns of the kernel.
  private func multiply(
    _ sums: [IRValue], _ input: IRValue, _ columns: [Int: WrappedColumn], _ weights: IRValue
  ) -> [IRValue] {
    var sums = sums
    var loaded: [Int: IRValue] = [:]
    func pixels(_ place: Int) -> IRValue {
      if let known = loaded[place] { return known }
      let vector =
        columns[place]?.load(input, writer.vectors)
        ?? writer.vectors.load(
          builder.offset(input, place * columnBytes), part.image.storage)
      loaded[place] = vector
      return vector
    }
    for column in 0..<part.kernel[1] {
      for output in 0..<outputs {
        let weight = builder.splat(
          builder.load(
            builder.types.f32, builder.offset(weights, (column * outputs + output) * 4),
            alignment: 4), kernel.lanes)
        for vector in 0..<vectors {
          let place = output * vectors + vector
          sums[place] = builder.multiplyAdd(pixels(shift(column) + vector), weight, sums[place])
        }
      }
    }
    return sums
  }
}
