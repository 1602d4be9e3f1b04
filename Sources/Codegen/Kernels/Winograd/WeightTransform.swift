internal import LLVMKit

/// The function that takes weights `[blocks][9][C][rows]` times a scale per input channel to the
/// Winograd domain, `[blocks][planes][C][rows]`, or words of two channels,
/// `[blocks][planes][⌈C / 2⌉][rows]`.
struct WeightTransform: Hashable {
  let transform: WinogradTransform
  let rows: Int
  let lanes: Int
  /// Whether two channels become a word of bf16 numbers.
  let pairs: Bool

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
      guard pairs else {
        return builder.loop(from: zero, to: channels) { channel in
          forEachVector(builder) {
            Piece(self, builder, block, first: $0, count: $1).emit(channel)
          }
        }
      }
      let whole = builder.divide(channels, 2)
      builder.loop(from: zero, to: whole) { pair in
        forEachVector(builder) {
          Piece(self, builder, block, first: $0, count: $1).emit(pair: pair, isWhole: true)
        }
      }
      builder.loop(from: whole, to: builder.divide(builder.add(channels, 1), 2)) { pair in
        forEachVector(builder) {
          Piece(self, builder, block, first: $0, count: $1).emit(pair: pair, isWhole: false)
        }
      }
    }
  }

  private func forEachVector(
    _ builder: FunctionBuilder, _ body: (_ first: Int, _ count: Int) -> Void
  ) {
    var first = 0
    while first < rows {
      var count = lanes
      while first + count > rows { count /= 2 }
      body(first, count)
      first += count
    }
  }
}

/// Some rows of a block.
private struct Piece {
  private let builder: FunctionBuilder
  private let math: VectorMath
  private let block: IRValue
  private let transform: WinogradTransform
  private let rows: Int
  private let first: Int

  init(
    _ function: WeightTransform, _ builder: FunctionBuilder, _ block: IRValue, first: Int,
    count: Int
  ) {
    transform = function.transform
    self.builder = builder
    self.block = block
    self.first = first
    rows = function.rows
    math = VectorMath(builder: builder, lanes: count)
  }

  private var channels: IRValue { builder.parameter(4) }

  func emit(_ channel: IRValue) {
    let half = half(channel)
    forEachPlane { row, column, plane in
      store(transformed(half, row)[column], plane, depth: channels, channel)
    }
  }

  /// Two channels, of which the second one is zero where the pair is not whole.
  func emit(pair: IRValue, isWhole: Bool) {
    let words = BFloat16Pairs(math: math)
    let depth = builder.divide(builder.add(channels, 1), 2)
    let low = half(builder.multiply(pair, 2))
    let high = isWhole ? half(builder.add(builder.multiply(pair, 2), 1)) : nil
    forEachPlane { row, column, plane in
      let upper = high.map { transformed($0, row)[column] } ?? math.constant(0)
      store(words.packed(transformed(low, row)[column], upper), plane, depth: depth, pair)
    }
  }

  private func forEachPlane(_ body: (_ row: Int, _ column: Int, _ plane: Int) -> Void) {
    for row in 0..<transform.points {
      for column in 0..<transform.points {
        body(row, column, row * transform.points + column)
      }
    }
  }

  private func transformed(_ half: [[IRValue]], _ row: Int) -> [IRValue] {
    transform.transformWeightRow(half.map { $0[row] }, math)
  }

  /// The scaled weights of a channel, transformed along their columns.
  private func half(_ channel: IRValue) -> [[IRValue]] {
    let factor = builder.load(
      builder.types.f32,
      builder.offset(builder.parameter(2), builder.multiply(channel, 4)), alignment: 4)
    let scale = builder.splat(factor, math.lanes)
    let weights = (0..<9).map { plane in
      let place = address(0, planes: 9, plane, depth: channels, channel)
      return builder.fmultiply(builder.load(math.type, place, alignment: 4), scale)
    }
    return (0..<3).map { column in
      transform.transformWeightColumn((0..<3).map { weights[3 * $0 + column] }, math)
    }
  }

  private func store(_ value: IRValue, _ plane: Int, depth: IRValue, _ place: IRValue) {
    builder.store(
      value, address(1, planes: transform.planes, plane, depth: depth, place),
      alignment: 4)
  }

  private func address(
    _ base: Int, planes: Int, _ plane: Int, depth: IRValue, _ place: IRValue
  ) -> IRValue {
    let index = builder.add(builder.multiply(block, planes), plane)
    let group = builder.add(builder.multiply(index, depth), place)
    let offset = builder.add(builder.multiply(group, rows), first)
    return builder.offset(builder.parameter(base), builder.multiply(offset, 4))
  }
}
