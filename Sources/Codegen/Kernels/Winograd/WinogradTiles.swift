internal import GraphIR
internal import LLVMKit

/// The three stages for some neighbouring tile vectors: transform of the inputs, one matrix
/// product per plane, transform of the products.
struct WinogradTiles {
  let kernel: PixelKernel
  let schedule: WinogradSchedule
  let scratch: WinogradScratch
  let builder: FunctionBuilder
  let writer: PixelWriter
  let parameters: PixelKernel.Parameters
  let pass: WinogradPass
  /// The first row of the tiles.
  let row: WinogradPlace
  /// The first column of each tile vector.
  let places: [WinogradPlace]
  /// The thread's scratch.
  let memory: IRValue
  /// Fetches the inputs of the tiles that come next.
  let prefetch: WinogradPrefetch

  private var top: IRValue { row.position }
  private var columns: [IRValue] { places.map(\.position) }
  private var types: TypeFactory { builder.types }
  private var strip: IRValue { builder.parameter(PixelKernel.Parameters.strip) }
  private var math: VectorMath { writer.math }
  private var vectorBytes: Int { kernel.vectorBytes }
  var transform: WinogradTransform { schedule.transform }
  private var points: Int { transform.points }

  /// The parts of this pass with their first place in the depth of the transformed inputs.
  private var parts: [(index: Int, start: Int)] {
    var start = 0
    return kernel.parts.indices.compactMap { index in
      guard kernel.parts[index].window.dilation[0] == pass.dilation else { return nil }
      defer { start += schedule.depth(channels: kernel.parts[index].channels) }
      return (index, start)
    }
  }

  private func load(_ address: IRValue) -> IRValue {
    builder.load(math.type, address, alignment: vectorBytes)
  }

  private func load(_ column: TileColumn, of row: IRValue, _ part: PixelKernel.Part) -> IRValue {
    switch column {
    case .stored(let bytes): writer.vectors.load(builder.offset(row, bytes), part.image.storage)
    case .wrapped(let column): column.load(row, writer.vectors)
    }
  }

  private func store(_ value: IRValue, _ address: IRValue) {
    builder.store(value, address, alignment: vectorBytes)
  }

  // MARK: - Inputs

  /// `Bᵀ d B` of every input channel, to planes of `[depth][tile vector]`.
  func transformInputs() {
    for (index, start) in parts {
      for (tile, column) in columns.enumerated() {
        let target = builder.offset(memory, (start * columns.count + tile) * vectorBytes)
        if kernel.parts[index].isWrapped {
          transformWrappedInput(index, column, to: target)
        } else {
          transformStoredInput(index, column, to: target)
        }
      }
    }
  }

  /// The input of a tile that begins at a column, of an image with a halo.
  private func transformStoredInput(_ index: Int, _ column: IRValue, to target: IRValue) {
    let rows = inputRows(index, column)
    let steps = (0..<points).map { types.int($0 * columnStep(index)) }
    guard pass.dilation > 1 else {
      // Whole spans of dilation 1 fill a strip.
      return transformInput(index, rows, steps.map(TileColumn.stored), to: target)
    }
    // The last column that a part of a tile within the strip can need; those behind it have
    // no influence on results that exist, but must be numbers.
    let last = builder.multiply(
      builder.subtract(builder.add(strip, 2 * pass.dilation - 1), column),
      columnBytes(index))
    builder.ifTrue(builder.compare(last, .greaterOrEqual, steps[points - 1])) {
      transformInput(index, rows, steps.map(TileColumn.stored), to: target)
    }
    builder.ifTrue(builder.compare(last, .less, steps[points - 1])) {
      let limited = steps.map { TileColumn.stored(builder.minimum($0, last)) }
      transformInput(index, rows, limited, to: target)
    }
  }

  /// The input of a tile that begins at a column, of an image without a halo.
  private func transformWrappedInput(_ index: Int, _ column: IRValue, to target: IRValue) {
    let rows = wrappedRows(index)
    let first = builder.subtract(column, pass.dilation)
    let last = builder.add(first, (points - 1) * pass.dilation)
    let isOutside = builder.binary(
      .or, builder.compare(first, .less, types.int(0)),
      builder.compare(last, .greaterOrEqual, strip))
    builder.ifTrue(builder.compare(isOutside, .equal, types.int(0, types.i1))) {
      let left = leftBytes(index, column)
      transformInput(
        index, rows.map { builder.offset($0, left) },
        (0..<points).map { .stored(types.int($0 * columnStep(index))) }, to: target)
    }
    builder.ifTrue(isOutside) {
      let columns = (0..<points).map { place in
        WrappedColumn(
          builder.add(first, place * pass.dilation), reach: pass.dilation, strip: strip,
          columnBytes: columnBytes(index), kernel.parts[index].image.storage, math)
      }
      transformInput(index, rows, columns.map(TileColumn.wrapped), to: target)
    }
  }

  /// Where a column of the inputs of a tile lies in a row.
  private enum TileColumn {
    /// So many bytes from the row's address.
    case stored(IRValue)
    case wrapped(WrappedColumn)
  }

  /// Transforms all channels of a tile.
  private func transformInput(
    _ part: Int, _ rows: [IRValue], _ places: [TileColumn], to target: IRValue
  ) {
    let part = kernel.parts[part]
    let channels = part.channels
    func half(_ channel: IRValue) -> [[IRValue]] {
      let offset = builder.multiply(channel, part.vectorBytes(lanes: kernel.lanes))
      return self.half(part, rows.map { builder.offset($0, offset) }, places)
    }
    func place(_ index: IRValue) -> IRValue {
      builder.offset(target, builder.multiply(index, vectorBytes * columns.count))
    }
    guard schedule.pairs else {
      return builder.loop(from: types.int(0), to: types.int(channels)) { channel in
        store(half(channel), to: place(channel))
      }
    }
    builder.loop(from: types.int(0), to: types.int(channels / 2)) { pair in
      let first = builder.multiply(pair, 2)
      store(half(first), half(builder.add(first, 1)), to: place(pair))
    }
    if channels % 2 == 1 {
      store(half(types.int(channels - 1)), nil, to: place(types.int(channels / 2)))
    }
  }

  /// Bytes between neighbouring columns of the image of a part.
  private func columnBytes(_ part: Int) -> Int {
    kernel.parts[part].columnBytes(lanes: kernel.lanes)
  }

  /// Bytes between the columns of a tile.
  private func columnStep(_ part: Int) -> Int { pass.dilation * columnBytes(part) }

  /// Bytes from column 0 of a row to the first input of a tile that begins at a column.
  private func leftBytes(_ part: Int, _ column: IRValue) -> IRValue {
    builder.multiply(builder.subtract(column, pass.dilation), columnBytes(part))
  }

  /// The addresses of a tile's input rows at its first column; rows outside of the image are zeros.
  private func inputRows(_ index: Int, _ column: IRValue) -> [IRValue] {
    let left = leftBytes(index, column)
    let zeros = builder.zeros(bytes: points * columnStep(index) + columnBytes(index))
    return inputPositions.map { y, exists in
      let row = parameters.parts[index].image.row(y, builder)
      return builder.select(exists, builder.offset(row, left), zeros)
    }
  }

  /// The addresses of a tile's input rows at column 0; the row behind the last one is zeros.
  private func wrappedRows(_ index: Int) -> [IRValue] {
    inputPositions.map { y, exists in
      let height = builder.parameter(PixelKernel.Parameters.height)
      return parameters.parts[index].image.row(builder.select(exists, y, height), builder)
    }
  }

  /// The numbers of a tile's input rows, and whether the image has them.
  private var inputPositions: [(y: IRValue, exists: IRValue)] {
    (0..<points).map { row in
      let y = builder.add(top, (row - 1) * pass.dilation)
      let height = builder.parameter(PixelKernel.Parameters.height)
      let isBelowTop = builder.compare(y, .greaterOrEqual, types.int(0))
      return (y, builder.binary(.and, isBelowTop, builder.compare(y, .less, height)))
    }
  }

  /// A channel of a tile, transformed along its rows.
  private func half(_ part: PixelKernel.Part, _ rows: [IRValue], _ places: [TileColumn])
    -> [[IRValue]]
  {
    rows.map { row in
      transform.transformInput(places.map { load($0, of: row, part) }, math)
    }
  }

  private func store(_ half: [[IRValue]], to target: IRValue) {
    for column in 0..<points {
      store(transform.transformInput(half.map { $0[column] }, math), column, to: target)
    }
  }

  /// Stores words of two channels; what is missing is zero.
  private func store(_ low: [[IRValue]], _ high: [[IRValue]]?, to target: IRValue) {
    let words = BFloat16Pairs(math: math)
    for column in 0..<points {
      let lower = transform.transformInput(low.map { $0[column] }, math)
      let upper =
        high.map { transform.transformInput($0.map { $0[column] }, math) }
        ?? lower.map { _ in math.constant(0) }
      store(zip(lower, upper).map { words.packed($0, $1) }, column, to: target)
    }
  }

  private func store(_ rows: [IRValue], _ column: Int, to target: IRValue) {
    for (row, value) in rows.enumerated() {
      store(value, builder.offset(target, (row * points + column) * scratch.inputPlane))
    }
  }

  // MARK: - Products

  /// Multiplies and transforms block by block, so that products stay in the nearest cache.
  func finish() {
    let outputs = places.map(output)
    let rest = kernel.channels % pass.block
    builder.loop(
      from: types.int(0), to: types.int(kernel.channels - rest), step: pass.block
    ) { finish(outputs, first: $0, count: pass.block) }
    if rest > 0 { finish(outputs, first: types.int(kernel.channels - rest), count: rest) }
  }

  /// Channels `first ..< first + count` of every accumulator.
  private func finish(_ outputs: [WinogradOutput], first: IRValue, count: Int) {
    builder.loop(from: types.int(0), to: types.int(transform.planes)) { plane in
      prefetch.emitPixels(plane: plane, first: first, count: count)
      multiply(plane, first: first, count: count)
    }
    for (tile, output) in outputs.enumerated() {
      output.ifWanted {
        builder.loop(from: types.int(0), to: types.int(count)) { channel in
          output.emit(builder.add(first, channel)) { accumulator in
            products(builder.add(channel, accumulator * count), tile)
          }
        }
      }
    }
  }

  /// For one plane, weights `[row, depth]` times inputs `[depth, tile vectors]`.
  ///
  /// Weights lie as `[block][plane][depth][row]` (``PackedWeights``).
  private func multiply(_ plane: IRValue, first: IRValue, count: Int) {
    let rows = pass.accumulators * count
    var sums = Array(repeating: math.constant(0), count: rows * columns.count)
    let inputs = builder.offset(memory, builder.multiply(plane, scratch.inputPlane))
    for (index, start) in parts {
      let part = kernel.parts[index]
      let (depth, rows) = (
        schedule.depth(channels: part.channels), part.accumulators * count
      )
      let block = builder.multiply(
        first, part.accumulators * transform.planes * depth * 4)
      let weights = builder.offset(
        builder.offset(builder.parameter(parameters.parts[index].weights), block),
        builder.multiply(plane, depth * rows * 4))
      let source = builder.offset(inputs, start * columns.count * vectorBytes)
      let next = prefetch.inputs(of: index, plane: plane, first: first, idle: source)
      let stepBytes = part.vectorBytes(lanes: kernel.lanes) * (schedule.pairs ? 2 : 1)
      sums = builder.loop(
        from: types.int(0), to: types.int(depth), carrying: sums
      ) { place, sums in
        for address in next {
          builder.prefetch(builder.place(address, builder.multiply(place, stepBytes)))
        }
        return multiply(
          sums, builder.offset(source, builder.multiply(place, columns.count * vectorBytes)),
          builder.offset(weights, builder.multiply(place, rows * 4)), rows: rows)
      }
    }
    let target = builder.offset(
      builder.offset(memory, scratch.products), builder.multiply(plane, scratch.productPlane))
    for (place, sum) in sums.enumerated() {
      store(sum, builder.offset(target, place * vectorBytes))
    }
  }

  private func multiply(_ sums: [IRValue], _ input: IRValue, _ weights: IRValue, rows: Int)
    -> [IRValue]
  {
    let words = BFloat16Pairs(math: math)
    let (element, vector) = schedule.pairs ? (types.i32, words.type) : (types.f32, math.type)
    let pixels = columns.indices.map {
      builder.load(vector, builder.offset(input, $0 * vectorBytes), alignment: vectorBytes)
    }
    var sums = sums
    for row in 0..<rows {
      let weight = builder.splat(
        builder.load(element, builder.offset(weights, row * 4), alignment: 4), kernel.lanes)
      for (tile, pixel) in pixels.enumerated() {
        let place = row * columns.count + tile
        sums[place] =
          schedule.pairs
          ? words.multiplyAdd(pixel, weight, sums[place])
          : builder.multiplyAdd(pixel, weight, sums[place])
      }
    }
    return sums
  }

  // MARK: - Outputs

  /// The last stage of a tile vector.
  private func output(_ place: WinogradPlace) -> WinogradOutput {
    let pixels = (0..<transform.results).map { builder.add(place.position, $0 * pass.dilation) }
    return WinogradOutput(
      tiles: self,
      rows: (0..<transform.results).map { writer.row(builder.add(top, $0 * pass.dilation)) },
      // Pixels behind the strip go to the place of the first one, which is written last.
      columns: pixels.map {
        builder.select(builder.compare($0, .less, strip), $0, place.position)
      },
      masks: pixels.map { writer.validLanes($0, within: strip) },
      isWithin: builder.compare(place.position, .less, strip),
      partialSums: partialSums(place))
  }

  /// The transform of one row of products along the rows of the tile: rows of a vector for
  /// every point.
  private func products(_ row: IRValue, _ tile: Int) -> [[IRValue]] {
    let source = builder.offset(
      builder.offset(memory, scratch.products + tile * vectorBytes),
      builder.multiply(row, columns.count * vectorBytes))
    let half = (0..<points).map { column in
      transform.transformColumn(
        (0..<points).map { row in
          load(builder.offset(source, (row * points + column) * scratch.productPlane))
        }, math)
    }
    return (0..<transform.results).map { row in half.map { $0[row] } }
  }

  /// The address of this tile's first pixel among the partial sums `[row][column][output]` of a
  /// region.
  private func partialSums(_ place: WinogradPlace) -> IRValue {
    let pixel = builder.add(
      builder.multiply(row.sums, transform.results * schedule.group), place.sums)
    return builder.offset(
      builder.offset(memory, scratch.partialSums),
      builder.multiply(pixel, schedule.keptAccumulators * kernel.columnBytes))
  }
}
