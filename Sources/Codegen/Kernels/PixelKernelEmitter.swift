internal import GraphIR
internal import LLVMKit

/// Writes the code of a ``PixelKernel``: rows, then blocks of channels, then tiles of columns.
struct PixelKernelEmitter {
  let kernel: PixelKernel
  let parameters: PixelKernel.Parameters
  let builder: FunctionBuilder
  let math: VectorMath

  init(_ kernel: PixelKernel, _ parameters: PixelKernel.Parameters, _ builder: FunctionBuilder) {
    self.kernel = kernel
    self.parameters = parameters
    self.builder = builder
    math = VectorMath(builder: builder, lanes: kernel.lanes)
  }

  /// The addresses of one row.
  struct Row {
    var index: IRValue
    /// For every part, the first kernel row that meets the image, the one behind the last, and
    /// the address of the row that kernel row 0 reads.
    var parts: [(first: IRValue, end: IRValue, base: IRValue)]
    var operands: [IRValue]
    var results: [IRValue]
  }

  /// Channels `start ..< start + count` of every accumulator.
  struct Block {
    var start: IRValue
    var count: Int
  }

  private func parameter(_ index: Int) -> IRValue { builder.parameter(index) }
  private var strip: IRValue { parameter(PixelKernel.Parameters.strip) }

  func emit() {
    let first = parameter(PixelKernel.Parameters.firstRow)
    builder.loop(from: first, to: parameter(PixelKernel.Parameters.endRow)) { y in
      let row = makeRow(y)
      clearSums(row)
      emitBlocks(row)
      fillHalos(row)
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

  private func makeRow(_ y: IRValue) -> Row {
    func rowAddress(_ index: Int, pitched: Bool) -> IRValue {
      let base = parameter(index)
      guard pitched else { return base }
      return builder.offset(base, builder.multiply(y, parameter(index + 1)))
    }
    let operands = zip(kernel.operands, parameters.operands).map { operand, index in
      rowAddress(index, pitched: operand == .image)
    }
    let results = zip(kernel.results, parameters.results).map { result, index in
      guard case .rowSums = result else { return rowAddress(index, pitched: true) }
      return builder.offset(
        parameter(index), builder.multiply(y, builder.types.int(kernel.columnBytes)))
    }
    return Row(
      index: y, parts: kernel.parts.indices.map { partRow($0, y) }, operands: operands,
      results: results)
  }

  /// Kernel rows outside of the image are skipped: they would add zeros.
  private func partRow(_ index: Int, _ y: IRValue) -> (first: IRValue, end: IRValue, base: IRValue)
  {
    let part = kernel.parts[index]
    let place = parameters.parts + 3 * index
    let (dilation, margin) = (part.window.dilation[0], part.window.padding[0])
    let zero = builder.types.int(0)
    let above = builder.subtract(builder.types.int(margin + dilation - 1), y)
    let first = builder.divide(builder.maximum(above, zero), dilation)
    let below = builder.subtract(
      builder.add(parameter(PixelKernel.Parameters.height), margin + dilation - 1), y)
    let end = builder.minimum(
      builder.divide(below, dilation), builder.types.int(part.kernel[0]))
    let top = builder.multiply(builder.subtract(y, margin), parameter(place + 1))
    return (first, end, builder.offset(parameter(place), top))
  }

  // MARK: - Columns

  /// Whole tiles first, then one narrower tile for what is left.
  private func emitColumns(_ row: Row, _ block: Block) {
    let vectors = kernel.tile.vectors
    let rest = builder.binary(.remainder, strip, builder.types.int(vectors))
    let end = builder.subtract(strip, rest)
    builder.loop(from: builder.types.int(0), to: end, step: vectors) { column in
      emitTile(row, block, column, vectors: vectors)
    }
    for width in stride(from: vectors - 1, to: 0, by: -1) {
      builder.ifTrue(builder.compare(rest, .equal, builder.types.int(width))) {
        emitTile(row, block, end, vectors: width)
      }
    }
  }

  private func emitTile(_ row: Row, _ block: Block, _ column: IRValue, vectors: Int) {
    var accumulators = initialAccumulators(block, vectors: vectors)
    for index in kernel.parts.indices {
      let tile = ConvolutionTile(
        builder: builder, kernel: kernel, part: kernel.parts[index], block: block,
        vectors: vectors,
        pitch: parameter(parameters.parts + 3 * index + 1),
        weights: parameter(parameters.parts + 3 * index + 2))
      accumulators = tile.accumulate(accumulators, row.parts[index], column)
    }
    finish(row, block, column, accumulators, vectors: vectors)
  }

  /// The bias in every lane, ordered `[accumulator][channel][vector]`.
  private func initialAccumulators(_ block: Block, vectors: Int) -> [IRValue] {
    guard kernel.hasBias else {
      return Array(
        repeating: math.constant(0), count: kernel.accumulators * block.count * vectors)
    }
    return (0..<kernel.accumulators).flatMap { accumulator in
      (0..<block.count).flatMap { channel in
        let place = builder.add(block.start, accumulator * kernel.channels + channel)
        let bias = broadcast(parameter(parameters.bias), channel: place)
        return Array(repeating: bias, count: vectors)
      }
    }
  }

  private func broadcast(_ address: IRValue, channel: IRValue) -> IRValue {
    let number = builder.load(
      builder.types.f32, builder.offset(address, builder.multiply(channel, 4)), alignment: 4)
    return builder.splat(number, kernel.lanes)
  }

  /// Applies the body to every vector of the tile and stores its results.
  private func finish(
    _ row: Row, _ block: Block, _ column: IRValue, _ accumulators: [IRValue], vectors: Int
  ) {
    let offset = builder.add(
      builder.multiply(column, kernel.columnBytes),
      builder.multiply(block.start, kernel.vectorBytes))
    let masks = (0..<vectors).map { validLanes(builder.add(column, $0)) }
    for channel in 0..<block.count {
      let number = builder.add(block.start, channel)
      var sums: [Int: IRValue] = [:]
      for vector in 0..<vectors {
        let place = builder.add(offset, vector * kernel.columnBytes + channel * kernel.vectorBytes)
        let body = BodyEmitter(
          math: math, body: kernel.body,
          accumulator: { accumulators[($0 * block.count + channel) * vectors + vector] },
          operand: { load(operand: $0, row, place, channel: number) })
        for (index, value) in body.emit().enumerated() {
          let valid = builder.select(masks[vector], value, math.constant(0))
          if case .rowSums = kernel.results[index] {
            sums[index] = sums[index].map { builder.fadd($0, valid) } ?? valid
          } else {
            builder.store(
              valid, builder.offset(row.results[index], place), alignment: kernel.vectorBytes)
          }
        }
      }
      addSums(sums, row, channel: number)
    }
  }

  private func load(operand: Int, _ row: Row, _ place: IRValue, channel: IRValue) -> IRValue {
    switch kernel.operands[operand] {
    case .perChannel: return broadcast(row.operands[operand], channel: channel)
    case .image:
      return builder.load(
        math.type, builder.offset(row.operands[operand], place), alignment: kernel.vectorBytes)
    }
  }

  /// Lane l of vector s holds column l·S + s; columns from W on do not exist.
  private func validLanes(_ column: IRValue) -> IRValue {
    let types = builder.types
    let numbers = types.vector((0..<kernel.lanes).map { types.int($0, types.i32) })
    func splat(_ value: IRValue) -> IRValue {
      builder.splat(builder.convert(value, .truncate, to: types.i32), kernel.lanes)
    }
    let columns = builder.add(builder.multiply(numbers, splat(strip)), splat(column))
    return builder.compare(columns, .less, splat(parameter(PixelKernel.Parameters.width)))
  }

  // MARK: - Sums and halos

  private func addSums(_ sums: [Int: IRValue], _ row: Row, channel: IRValue) {
    for (index, sum) in sums.sorted(by: { $0.key < $1.key }) {
      let address = builder.offset(
        row.results[index], builder.multiply(channel, kernel.vectorBytes))
      let old = builder.load(math.type, address, alignment: kernel.vectorBytes)
      builder.store(builder.fadd(old, sum), address, alignment: kernel.vectorBytes)
    }
  }

  private func clearSums(_ row: Row) {
    for (index, result) in kernel.results.enumerated() where result == .rowSums {
      for channel in 0..<kernel.channels {
        builder.store(
          math.constant(0), builder.offset(row.results[index], channel * kernel.vectorBytes),
          alignment: kernel.vectorBytes)
      }
    }
  }

  private func fillHalos(_ row: Row) {
    for (index, result) in kernel.results.enumerated() {
      guard case .image(let halo) = result, halo > 0 else { continue }
      let filler = HaloFiller(
        builder: builder, lanes: kernel.lanes, channels: kernel.channels, halo: halo, strip: strip)
      filler.fill(row: row.results[index])
    }
  }
}
