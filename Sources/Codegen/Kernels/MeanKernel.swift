internal import LLVMKit

/// The function that finishes means from the sums that a pass left for every row.
///
/// Rows are added in order and in double precision, so the result does not depend on how many
/// threads made them.
struct MeanKernel {
  let lanes: Int

  /// Adds `void mean(sums, means, i64 rows, i64 channels, double pixels)`, the sums being
  /// `[rows][channels][lanes]`.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare(
      name, [types.pointer, types.pointer, types.i64, types.i64, types.f64],
      returning: types.void)
    module.define(function) { builder in
      builder.loop(from: types.int(0), to: builder.parameter(3)) { emit(builder, channel: $0) }
      builder.returnVoid()
    }
    return function
  }

  private func emit(_ builder: FunctionBuilder, channel: IRValue) {
    let types = builder.types
    let (single, double) = (types.vector(types.f32, lanes), types.vector(types.f64, lanes))
    let zero = types.splat(types.float(0, types.f64), lanes)
    let total = builder.loop(
      from: types.int(0), to: builder.parameter(2), carrying: [zero]
    ) { row, carried in
      let vector = builder.add(builder.multiply(row, builder.parameter(3)), channel)
      let address = builder.offset(
        builder.parameter(0), builder.multiply(vector, lanes * 4))
      let sums = builder.load(single, address, alignment: lanes * 4)
      return [builder.fadd(carried[0], builder.convert(sums, .floatExtend, to: double))]
    }[0]
    let sum = (1..<lanes).reduce(lanes == 1 ? total : builder.extract(total, 0)) {
      builder.fadd($0, builder.extract(total, $1))
    }
    let mean = builder.convert(
      builder.fdivide(sum, builder.parameter(4)), .floatTruncate, to: types.f32)
    builder.store(
      mean, builder.offset(builder.parameter(1), builder.multiply(channel, 4)), alignment: 4)
  }
}
