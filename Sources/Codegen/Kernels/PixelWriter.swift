internal import GraphIR
internal import LLVMKit

/// What every schedule of a ``PixelKernel`` does with finished accumulators: the body, the mask of
/// columns that exist, stores, sums, halos.
struct PixelWriter {
  let kernel: PixelKernel
  let parameters: PixelKernel.Parameters
  let builder: FunctionBuilder
  let math: VectorMath
  let vectors: PixelVectors

  init(_ kernel: PixelKernel, _ parameters: PixelKernel.Parameters, _ builder: FunctionBuilder) {
    self.kernel = kernel
    self.parameters = parameters
    self.builder = builder
    math = VectorMath(builder: builder, lanes: kernel.lanes)
    vectors = PixelVectors(math: math, roundsAtOnce: kernel.roundsAtOnce)
  }

  /// The addresses of operands and results for one row; operands of one number per channel have
  /// the same address for every row.
  struct Row {
    var operands: [IRValue]
    var results: [IRValue]
  }

  private func parameter(_ index: Int) -> IRValue { builder.parameter(index) }
  private var strip: IRValue { parameter(PixelKernel.Parameters.strip) }

  func row(_ y: IRValue) -> Row {
    let operands = parameters.operands.map { $0.row(y, builder) }
    let results = zip(kernel.results, parameters.results).map { result, place in
      guard case .rowSums = result else { return place.row(y, builder) }
      return builder.offset(parameter(place.address), builder.multiply(y, kernel.columnBytes))
    }
    return Row(operands: operands, results: results)
  }

  /// Byte offset of a channel of a column within a row of float32.
  func place(column: IRValue, channel: IRValue) -> IRValue {
    builder.add(
      builder.multiply(column, kernel.columnBytes), builder.multiply(channel, kernel.vectorBytes))
  }

  /// The same within a row of other numbers.
  private func offset(_ place: IRValue, _ storage: PixelStorage) -> IRValue {
    switch storage {
    case .float32: place
    case .bfloat16: builder.binary(.shiftRight, place, builder.types.int(1))
    }
  }

  /// Applies the body to one vector.
  ///
  /// - Parameter mask: From `validLanes`.
  /// - Parameter sums: Takes what the vector adds to the sums by row, by result.
  /// - Returns: What is to be stored, by result.
  func results(
    _ row: Row, place: IRValue, channel: IRValue, mask: IRValue, sums: inout [Int: IRValue],
    accumulator: @escaping (Int) -> IRValue
  ) -> [(index: Int, value: IRValue)] {
    let body = BodyEmitter(
      math: math, body: kernel.body, accumulator: accumulator,
      operand: { load(operand: $0, row, place, channel: channel) })
    var stored: [(index: Int, value: IRValue)] = []
    for (index, value) in body.emit().enumerated() {
      let valid = builder.select(mask, value, math.constant(0))
      if case .rowSums = kernel.results[index] {
        sums[index] = sums[index].map { builder.fadd($0, valid) } ?? valid
      } else {
        stored.append((index, valid))
      }
    }
    return stored
  }

  /// Stores results of one vector.
  func store(_ values: [(index: Int, value: IRValue)], _ row: Row, place: IRValue) {
    for (index, value) in values {
      guard case .image(let image, _) = kernel.results[index] else { continue }
      let address = builder.offset(row.results[index], offset(place, image.storage))
      vectors.store(value, address, image.storage)
    }
  }

  private func load(operand: Int, _ row: Row, _ place: IRValue, channel: IRValue) -> IRValue {
    switch kernel.operands[operand] {
    case .perChannel: return broadcast(row.operands[operand], channel: channel)
    case .image(let image):
      let address = builder.offset(row.operands[operand], offset(place, image.storage))
      return vectors.load(address, image.storage)
    }
  }

  /// The number of a channel in every lane.
  func broadcast(_ address: IRValue, channel: IRValue) -> IRValue {
    let number = builder.load(
      builder.types.f32, builder.offset(address, builder.multiply(channel, 4)), alignment: 4)
    return builder.splat(number, kernel.lanes)
  }

  /// Lane l of vector s holds column l·S + s; columns from W on do not exist.
  func validLanes(_ column: IRValue) -> IRValue {
    let types = builder.types
    let numbers = types.vector((0..<kernel.lanes).map { types.int($0, types.i32) })
    func splat(_ value: IRValue) -> IRValue {
      builder.splat(builder.convert(value, .truncate, to: types.i32), kernel.lanes)
    }
    let columns = builder.add(builder.multiply(numbers, splat(strip)), splat(column))
    return builder.compare(columns, .less, splat(parameter(PixelKernel.Parameters.width)))
  }

  /// The same, and none where the column lies behind the strip.
  func validLanes(_ column: IRValue, within strip: IRValue) -> IRValue {
    let isInside = builder.compare(column, .less, strip)
    let none = builder.types.splat(builder.types.int(0, builder.types.i1), kernel.lanes)
    return builder.select(isInside, validLanes(column), none)
  }

  // MARK: - Sums and halos

  /// Adds to the sums of a row and a channel.
  func addSums(_ sums: [Int: IRValue], _ row: Row, channel: IRValue) {
    for (index, sum) in sums.sorted(by: { $0.key < $1.key }) {
      let address = builder.offset(
        row.results[index], builder.multiply(channel, kernel.vectorBytes))
      let old = builder.load(math.type, address, alignment: kernel.vectorBytes)
      builder.store(builder.fadd(old, sum), address, alignment: kernel.vectorBytes)
    }
  }

  /// Emits what is done where a parameter is not 0.
  func ifSet(_ flag: Int, _ body: () -> Void) {
    builder.ifTrue(builder.compare(parameter(flag), .notEqual, builder.types.int(0)), body)
  }

  /// Sets the sums of a row to zero.
  func clearSums(_ row: Row) {
    for (index, result) in kernel.results.enumerated() where result == .rowSums {
      builder.loop(
        from: builder.types.int(0), to: builder.types.int(kernel.columnBytes),
        step: kernel.vectorBytes
      ) { place in
        builder.store(
          math.constant(0), builder.offset(row.results[index], place),
          alignment: kernel.vectorBytes)
      }
    }
  }

  /// Fills the halos of a finished row.
  func fillHalos(_ row: Row) {
    for (index, result) in kernel.results.enumerated() {
      guard case .image(let image, let halo) = result, halo > 0 else { continue }
      let layout = StripLayout(
        lanes: kernel.lanes, channels: kernel.channels, halo: halo, storage: image.storage)
      HaloFiller(layout, strip: strip, builder, roundsAtOnce: kernel.roundsAtOnce)
        .fill(row: row.results[index])
    }
  }
}
