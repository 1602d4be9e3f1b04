internal import LLVMKit

/// The function that finishes means from the sums that a pass left for every row.
///
/// Rows are added in order and in double precision, so the result does not depend on how many
/// threads made them.
struct MeanKernel {
  let lanes: Int

  /// Adds `void mean(sums, means, i64 rows, i64 channels, double pixels, i64 first, i64 end)` for
  /// the channels `first ..< end`, the sums being `[rows][channels][lanes]`.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let function = module.declare(
      name,
      [
        types.pointer, types.pointer, types.i64, types.i64, types.f64, types.i64, types.i64,
      ],
      returning: types.void)
    module.define(function) { builder in
      let (first, end) = (builder.parameter(5), builder.parameter(6))
      let together = Self.channelsTogether
      let count = builder.subtract(end, first)
      let whole = builder.subtract(
        end, builder.binary(.remainder, count, types.int(together)))
      builder.loop(from: first, to: whole, step: together) {
        emit(builder, channel: $0, count: together)
      }
      builder.loop(from: whole, to: end) { emit(builder, channel: $0, count: 1) }
      builder.returnVoid()
    }
    return function
  }

  /// Channels whose sums are added at the same time, so that no addition waits for the one before.
  private static let channelsTogether = 4

  private func emit(_ builder: FunctionBuilder, channel: IRValue, count: Int) {
    let types = builder.types
    let (single, double) = (types.vector(types.f32, lanes), types.vector(types.f64, lanes))
    let zero = types.splat(types.float(0, types.f64), lanes)
    let totals = builder.loop(
      from: types.int(0), to: builder.parameter(2), carrying: Array(repeating: zero, count: count)
    ) { row, carried in
      let vector = builder.add(builder.multiply(row, builder.parameter(3)), channel)
      let address = builder.offset(builder.parameter(0), builder.multiply(vector, lanes * 4))
      return carried.enumerated().map { index, total in
        let sums = builder.load(
          single, builder.offset(address, index * lanes * 4), alignment: lanes * 4)
        return builder.fadd(total, builder.convert(sums, .floatExtend, to: double))
      }
    }
    for (index, total) in totals.enumerated() {
      store(total, of: builder.add(channel, index), builder)
    }
  }

  private func store(_ total: IRValue, of channel: IRValue, _ builder: FunctionBuilder) {
    let sum = (1..<lanes).reduce(lanes == 1 ? total : builder.extract(total, 0)) {
      builder.fadd($0, builder.extract(total, $1))
    }
    let mean = builder.convert(
      builder.fdivide(sum, builder.parameter(4)), .floatTruncate, to: builder.types.f32)
    builder.store(
      mean, builder.offset(builder.parameter(1), builder.multiply(channel, 4)), alignment: 4)
  }
}
