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
