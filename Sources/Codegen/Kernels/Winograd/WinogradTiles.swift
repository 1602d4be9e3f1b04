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

  private func store(_ value: IRValue, _ address: IRValue) {
    builder.store(value, address, alignment: vectorBytes)
  }

  // MARK: - Inputs

  /// `Bᵀ d B` of every input channel, to planes of `[depth][tile vector]`.
  func transformInputs() {
    for (index, start) in parts {
      for (tile, column) in columns.enumerated() {
        let rows = inputRows(index, column)
        let target = builder.offset(memory, (start * columns.count + tile) * vectorBytes)
        let steps = (0..<points).map { types.int($0 * columnStep(index)) }
        guard pass.dilation > 1 else {
          // Whole spans of dilation 1 fill a strip.
          transformInput(index, rows, steps, to: target)
          continue
        }
        // The last column that a part of a tile within the strip can need; those behind it have
        // no influence on results that exist, but must be numbers.
        let last = builder.multiply(
          builder.subtract(
            builder.add(builder.parameter(PixelKernel.Parameters.strip), 2 * pass.dilation - 1),
            column), kernel.parts[index].channels * vectorBytes)
        builder.ifTrue(builder.compare(last, .greaterOrEqual, steps[points - 1])) {
          transformInput(index, rows, steps, to: target)
        }
        builder.ifTrue(builder.compare(last, .less, steps[points - 1])) {
          transformInput(index, rows, steps.map { builder.minimum($0, last) }, to: target)
        }
      }
    }
  }

  /// Transforms all channels of a tile whose columns are so many bytes apart from the first.
  private func transformInput(
    _ part: Int, _ rows: [IRValue], _ steps: [IRValue], to target: IRValue
  ) {
    let channels = kernel.parts[part].channels
    func half(_ channel: IRValue) -> [[IRValue]] {
      let offset = builder.multiply(channel, vectorBytes)
      return self.half(rows.map { builder.offset($0, offset) }, steps)
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

  /// Bytes between the columns of a tile.
  private func columnStep(_ part: Int) -> Int {
    pass.dilation * kernel.parts[part].channels * vectorBytes
  }

  /// The addresses of a tile's input rows; rows outside of the image are zeros.
  private func inputRows(_ part: Int, _ column: IRValue) -> [IRValue] {
    let columnBytes = kernel.parts[part].channels * vectorBytes
    let left = builder.multiply(builder.subtract(column, pass.dilation), columnBytes)
    let zeros = builder.zeros(bytes: points * columnStep(part) + columnBytes)
    return (0..<points).map { row in
      let y = builder.add(top, (row - 1) * pass.dilation)
      let address = builder.offset(parameters.parts[part].image.row(y, builder), left)
      let height = builder.parameter(PixelKernel.Parameters.height)
      let isBelowTop = builder.compare(y, .greaterOrEqual, types.int(0))
      let isInside = builder.binary(.and, isBelowTop, builder.compare(y, .less, height))
      return builder.select(isInside, address, zeros)
    }
  }

  /// A channel of a tile, transformed along its rows.
  private func half(_ rows: [IRValue], _ steps: [IRValue]) -> [[IRValue]] {
    rows.map { row in
      transform.transformInput(steps.map { load(builder.offset(row, $0)) }, math)
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
      builder.loop(from: types.int(0), to: types.int(count)) { channel in
        output.emit(builder.add(first, channel)) { accumulator in
          products(builder.add(channel, accumulator * count), tile)
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
      let stepBytes = vectorBytes * (schedule.pairs ? 2 : 1)
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
    let strip = builder.parameter(PixelKernel.Parameters.strip)
    let pixels = (0..<transform.results).map { builder.add(place.position, $0 * pass.dilation) }
    return WinogradOutput(
      tiles: self,
      rows: (0..<transform.results).map { writer.row(builder.add(top, $0 * pass.dilation)) },
      // Pixels behind the strip go to its halo, which is filled later.
      columns: pixels.map { builder.minimum($0, strip) },
      masks: pixels.map { writer.validLanes($0, within: strip) },
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

/// The last stage of one tile vector.
struct WinogradOutput {
  let tiles: WinogradTiles
  let rows: [PixelWriter.Row]
  /// The columns of the pixels of a row.
  let columns: [IRValue]
  let masks: [IRValue]
  /// Where the partial sums of the first pixel are.
  let partialSums: IRValue

  private var builder: FunctionBuilder { tiles.builder }
  private var kernel: PixelKernel { tiles.kernel }
  private var pass: WinogradPass { tiles.pass }
  private var edge: Int { tiles.transform.results }

  /// Finishes one channel of all accumulators.
  ///
  /// - Parameter products: Gives the products of an accumulator, transformed along the rows.
  func emit(_ channel: IRValue, products: (Int) -> [[IRValue]]) {
    let half = (0..<pass.accumulators).map(products)
    for row in 0..<edge {
      let sums = (0..<kernel.accumulators).map { accumulator in
        let starts = (0..<edge).map { start(accumulator, channel, row, $0) }
        guard accumulator < half.count else { return starts }
        return tiles.transform.transformRow(
          half[accumulator][row], addedTo: starts, tiles.writer.math)
      }
      if pass.isLast {
        applyBody(sums, channel, row)
      } else {
        keep(sums, channel, row)
      }
    }
  }

  /// What the sums of a pixel start with: the bias, or the sums of the passes before.
  private func start(_ accumulator: Int, _ channel: IRValue, _ row: Int, _ column: Int) -> IRValue {
    guard accumulator >= pass.summed else {
      return builder.load(
        tiles.writer.math.type, partialSum(accumulator, channel, row, column),
        alignment: kernel.vectorBytes)
    }
    guard kernel.hasBias else { return tiles.writer.math.constant(0) }
    let place = builder.add(channel, accumulator * kernel.channels)
    return tiles.writer.broadcast(
      builder.parameter(tiles.parameters.bias), channel: place)
  }

  private func partialSum(_ accumulator: Int, _ channel: IRValue, _ row: Int, _ column: Int)
    -> IRValue
  {
    let outputs = tiles.schedule.keptAccumulators * kernel.channels
    let width = edge * tiles.schedule.group
    let pixel = (row * width + column) * tiles.schedule.sumStep(pass)
    let place = (pixel * outputs + accumulator * kernel.channels) * kernel.vectorBytes
    return builder.offset(
      builder.offset(partialSums, place), builder.multiply(channel, kernel.vectorBytes))
  }

  private func keep(_ sums: [[IRValue]], _ channel: IRValue, _ row: Int) {
    for (accumulator, columns) in sums.prefix(pass.accumulators).enumerated() {
      for (column, sum) in columns.enumerated() {
        builder.store(
          sum, partialSum(accumulator, channel, row, column), alignment: kernel.vectorBytes)
      }
    }
  }

  private func applyBody(_ sums: [[IRValue]], _ channel: IRValue, _ row: Int) {
    var rowSums: [Int: IRValue] = [:]
    for pixel in 0..<edge {
      let place = tiles.writer.place(column: columns[pixel], channel: channel)
      tiles.writer.write(
        rows[row], place: place, channel: channel, mask: masks[pixel], sums: &rowSums
      ) { sums[$0][pixel] }
    }
    tiles.writer.addSums(rowSums, rows[row], channel: channel)
  }
}
