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

/// The function that transposes the filters of weights `[blocks][edge][between][edge][numbers]`.
struct WeightTransposition {
  /// Adds `void transpose(source, target, factors, i64 edge, i64 between, i64 numbers, i64 first,
  /// i64 end)`, which writes rows `first ..< end` of all blocks.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare(
      name,
      Array(repeating: types.pointer, count: 3) + Array(repeating: types.i64, count: 5),
      returning: types.void)
    module.define(function) { builder in
      let rows = (builder.parameter(6), builder.parameter(7))
      builder.loop(from: rows.0, to: rows.1) { emit(row: $0, builder) }
      builder.returnVoid()
    }
    return function
  }

  private func emit(row line: IRValue, _ builder: FunctionBuilder) {
    let zero = builder.types.int(0)
    let (edge, between, numbers) = (
      builder.parameter(3), builder.parameter(4), builder.parameter(5)
    )
    let (block, row) = (builder.divide(line, edge), builder.binary(.remainder, line, edge))
    /// The address of the first of some numbers, by block, row, place between and column.
    func place(_ base: Int, _ row: IRValue, _ middle: IRValue, _ column: IRValue) -> IRValue {
      var index = builder.add(builder.multiply(block, edge), row)
      index = builder.add(builder.multiply(index, between), middle)
      index = builder.add(builder.multiply(index, edge), column)
      return builder.offset(
        builder.parameter(base), builder.multiply(builder.multiply(index, numbers), 4))
    }
    builder.loop(from: zero, to: edge) { column in
      let element = builder.add(builder.multiply(row, edge), column)
      let factor = builder.load(
        builder.types.f32, builder.offset(builder.parameter(2), builder.multiply(element, 4)),
        alignment: 4)
      builder.loop(from: zero, to: between) { middle in
        let (from, to) = (place(0, column, middle, row), place(1, row, middle, column))
        builder.loop(from: zero, to: numbers) { number in
          let offset = builder.multiply(number, 4)
          let weight = builder.load(
            builder.types.f32, builder.offset(from, offset), alignment: 4)
          builder.store(
            builder.fmultiply(weight, factor), builder.offset(to, offset), alignment: 4)
        }
      }
    }
  }
}
