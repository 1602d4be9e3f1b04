internal import LLVMKit

/// The function that multiplies weights `[repetitions][C][width]` by a scale per input channel.
struct WeightScaling {
  let lanes: Int

  /// Adds `void scale(source, target, scale, i64 repetitions, i64 channels, i64 width)`.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare(
      name, [types.pointer, types.pointer, types.pointer, types.i64, types.i64, types.i64],
      returning: types.void)
    module.define(function) { builder in
      emit(builder)
      builder.returnVoid()
    }
    return function
  }

  private func emit(_ builder: FunctionBuilder) {
    let zero = builder.types.int(0)
    let (channels, width) = (builder.parameter(4), builder.parameter(5))
    let whole = builder.subtract(
      width, builder.binary(.remainder, width, builder.types.int(lanes)))
    builder.loop(from: zero, to: builder.parameter(3)) { repetition in
      builder.loop(from: zero, to: channels) { channel in
        let group = builder.add(builder.multiply(repetition, channels), channel)
        let start = builder.multiply(group, width)
        let factor = builder.load(
          builder.types.f32,
          builder.offset(builder.parameter(2), builder.multiply(channel, 4)), alignment: 4)
        builder.loop(from: zero, to: whole, step: lanes) {
          multiply(builder, builder.add(start, $0), factor, lanes)
        }
        builder.loop(from: whole, to: width) {
          multiply(builder, builder.add(start, $0), factor, 1)
        }
      }
    }
  }

  private func multiply(
    _ builder: FunctionBuilder, _ place: IRValue, _ factor: IRValue, _ count: Int
  ) {
    let offset = builder.multiply(place, 4)
    let weight = builder.load(
      builder.types.vector(builder.types.f32, count),
      builder.offset(builder.parameter(0), offset), alignment: 4)
    builder.store(
      builder.fmultiply(weight, builder.splat(factor, count)),
      builder.offset(builder.parameter(1), offset), alignment: 4)
  }
}

/// The function that takes weights `[blocks][9][C][rows]` times a scale per input channel to the
/// Winograd domain, `[blocks][36][C][rows]`.
struct WeightTransform {
  let rows: Int
  let lanes: Int

  /// Adds `void transform(source, target, scale, i64 blocks, i64 channels)`.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare(
      name, [types.pointer, types.pointer, types.pointer, types.i64, types.i64],
      returning: types.void)
    module.define(function) { builder in
      emit(builder)
      builder.returnVoid()
    }
    return function
  }

  private func emit(_ builder: FunctionBuilder) {
    let zero = builder.types.int(0)
    let channels = builder.parameter(4)
    builder.loop(from: zero, to: builder.parameter(3)) { block in
      builder.loop(from: zero, to: channels) { channel in
        let factor = builder.load(
          builder.types.f32,
          builder.offset(builder.parameter(2), builder.multiply(channel, 4)), alignment: 4)
        var first = 0
        while first < rows {
          var count = lanes
          while first + count > rows { count /= 2 }
          transform(builder, block, channel, factor, first: first, count: count)
          first += count
        }
      }
    }
  }

  /// Rows `first ..< first + count` of one input channel of a block.
  private func transform(
    _ builder: FunctionBuilder, _ block: IRValue, _ channel: IRValue, _ factor: IRValue,
    first: Int, count: Int
  ) {
    let math = VectorMath(builder: builder, lanes: count)
    func address(_ base: Int, _ planes: Int, _ plane: Int) -> IRValue {
      let index = builder.add(builder.multiply(block, planes), plane)
      let group = builder.add(builder.multiply(index, builder.parameter(4)), channel)
      let place = builder.add(builder.multiply(group, rows), first)
      return builder.offset(builder.parameter(base), builder.multiply(place, 4))
    }
    let scale = builder.splat(factor, count)
    let weights = (0..<9).map { plane in
      builder.fmultiply(builder.load(math.type, address(0, 9, plane), alignment: 4), scale)
    }
    let half = (0..<3).map { column in
      WinogradTransform.transformWeights((0..<3).map { weights[3 * $0 + column] }, math)
    }
    for row in 0..<6 {
      let transformed = WinogradTransform.transformWeights(half.map { $0[row] }, math)
      for (column, value) in transformed.enumerated() {
        builder.store(value, address(1, 36, 6 * row + column), alignment: 4)
      }
    }
  }
}
