internal import GraphIR
internal import LLVMKit

/// The function for ``WindowMeans``: it reads the rows and columns at the border of an image and no
/// other pixels.
///
/// What a channel gets does not depend on which others are computed with it.
struct WindowMeansKernel: Hashable {
  /// Numbers that lie together: those of a vector where the image lies in strips, otherwise 1.
  let lanes: Int
  /// What they are.
  let storage: PixelStorage
  /// Bytes from a pixel to the one to its right: the strip layout has other channels in between.
  let columnBytes: Int
  let means: WindowMeans
  let isScaled: Bool

  init(_ call: WindowMeansCall, _ plan: Plan) {
    let layout = call.isOnStrips ? plan.memory.layout(of: call.image.value) : nil
    lanes = layout?.lanes ?? 1
    storage = layout?.storage ?? .float32
    columnBytes = layout?.columnBytes ?? 4
    means = call.means
    isScaled = call.scale != nil
  }

  /// Adds `void means(image, i64 row bytes, i64 channel bytes, i64 height, i64 width, i64 strip,
  /// mean, scale, result, i64 first channel, i64 end, i64 row step, i64 column step)`.
  ///
  /// For rows, the strip is the width. The steps are those from one element of a filter to the next.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let (pointer, integer) = (types.pointer, types.i64)
    let function = module.declare(
      name,
      [pointer] + Array(repeating: integer, count: 5) + [pointer, pointer, pointer]
        + Array(repeating: integer, count: 4), returning: types.void)
    module.define(function) { builder in
      let body = WindowMeansBody(kernel: self, builder: builder)
      body.clear()
      body.sumColumns()
      body.finish()
      builder.returnVoid()
    }
    return function
  }
}

/// The parts of the function.
///
/// First the sums of columns are collected in the places of the results of the kernel's first row,
/// then every result is computed from them, those of the first row last.
private struct WindowMeansBody {
  let kernel: WindowMeansKernel
  let builder: FunctionBuilder

  private var types: TypeFactory { builder.types }
  private var zero: IRValue { types.int(0) }
  private var image: IRValue { builder.parameter(0) }
  private var rowBytes: IRValue { builder.parameter(1) }
  private var channelBytes: IRValue { builder.parameter(2) }
  private var height: IRValue { builder.parameter(3) }
  private var width: IRValue { builder.parameter(4) }
  private var strip: IRValue { builder.parameter(5) }
  private var elements: [Int] { kernel.means.kernel }
  private var area: Int { elements[0] * elements[1] }

  private func forEachChannel(_ body: (IRValue) -> Void) {
    builder.loop(from: builder.parameter(9), to: builder.parameter(10), body)
  }

  private func result(_ channel: IRValue, _ row: IRValue, _ column: IRValue) -> IRValue {
    let element = builder.add(
      builder.multiply(row, builder.parameter(11)), builder.multiply(column, builder.parameter(12)))
    let place = builder.add(builder.multiply(channel, area), element)
    return builder.offset(builder.parameter(8), builder.multiply(place, 4))
  }

  /// The rows or columns that an element of the kernel never meets.
  private func missed(_ element: IRValue, axis: Int, of extent: IRValue) -> (
    first: IRValue, end: IRValue
  ) {
    let window = kernel.means.window
    let offset = builder.subtract(
      builder.multiply(element, window.dilation[axis]), window.padding[axis])
    let isBefore = builder.compare(zero, .less, offset)
    let distance = builder.select(isBefore, offset, builder.subtract(zero, offset))
    let count = builder.minimum(distance, extent)
    let first = builder.select(isBefore, zero, builder.subtract(extent, count))
    return (first, builder.add(first, count))
  }

  // MARK: - Pixels

  private func row(_ y: IRValue, of channel: IRValue) -> IRValue {
    builder.offset(
      builder.offset(image, builder.multiply(y, rowBytes)),
      builder.multiply(channel, channelBytes))
  }

  /// Lane l of vector s holds column l·S + s.
  private func place(ofColumn x: IRValue) -> IRValue {
    let vector = builder.multiply(
      builder.binary(.remainder, x, strip), kernel.columnBytes)
    return builder.add(vector, builder.multiply(builder.divide(x, strip), kernel.storage.bytes))
  }

  /// Loads numbers of the image that lie together.
  private func load(_ address: IRValue, lanes: Int) -> IRValue {
    PixelVectors(math: VectorMath(builder: builder, lanes: lanes)).load(address, kernel.storage)
  }

  private func pixel(_ row: IRValue, _ place: IRValue) -> IRValue {
    load(builder.offset(row, place), lanes: 1)
  }

  /// The sum of a row; what lies behind its end is zero.
  private func sum(ofRow row: IRValue) -> IRValue {
    let none = types.splat(types.float(0), kernel.lanes)
    let total = builder.loop(from: zero, to: strip, carrying: [none]) { column, carried in
      let address = builder.offset(row, builder.multiply(column, kernel.columnBytes))
      return [builder.fadd(carried[0], load(address, lanes: kernel.lanes))]
    }[0]
    guard kernel.lanes > 1 else { return total }
    return (1..<kernel.lanes).reduce(builder.extract(total, 0)) {
      builder.fadd($0, builder.extract(total, $1))
    }
  }

  // MARK: - Steps

  func clear() {
    forEachChannel { channel in
      builder.loop(from: zero, to: types.int(elements[1])) { column in
        builder.store(types.float(0), result(channel, zero, column), alignment: 4)
      }
    }
  }

  /// Goes down every missed column once, all channels of a row together, as they lie in memory.
  func sumColumns() {
    builder.loop(from: zero, to: types.int(elements[1])) { column in
      let missed = missed(column, axis: 1, of: width)
      builder.loop(from: missed.first, to: missed.end) { x in
        let place = place(ofColumn: x)
        builder.loop(from: zero, to: height) { y in
          forEachChannel { channel in
            let address = result(channel, zero, column)
            let sum = builder.load(types.f32, address, alignment: 4)
            let next = builder.fadd(sum, pixel(row(y, of: channel), place))
            builder.store(next, address, alignment: 4)
          }
        }
      }
    }
  }

  func finish() {
    let pixels = builder.convert(
      builder.multiply(height, width), .intToFloat, to: types.f64)
    forEachChannel { channel in
      builder.loop(from: zero, to: types.int(elements[0])) { index in
        let row = builder.subtract(types.int(elements[0] - 1), index)
        let rows = missed(row, axis: 0, of: height)
        let ofRows = builder.loop(
          from: rows.first, to: rows.end, carrying: [types.float(0)]
        ) { y, carried in
          [builder.fadd(carried[0], sum(ofRow: self.row(y, of: channel)))]
        }[0]
        builder.loop(from: zero, to: types.int(elements[1])) { column in
          let ofColumns = builder.load(
            types.f32, result(channel, zero, column), alignment: 4)
          let both = corner(channel, rows, missed(column, axis: 1, of: width))
          let sum = builder.fsubtract(builder.fadd(ofRows, ofColumns), both)
          store(mean(channel, without: sum, pixels), channel, row, column)
        }
      }
    }
  }

  /// The sum of the pixels that lie in missed rows and in missed columns.
  private func corner(
    _ channel: IRValue, _ rows: (first: IRValue, end: IRValue),
    _ columns: (first: IRValue, end: IRValue)
  ) -> IRValue {
    builder.loop(from: rows.first, to: rows.end, carrying: [types.float(0)]) { y, outer in
      builder.loop(from: columns.first, to: columns.end, carrying: outer) { x, carried in
        [builder.fadd(carried[0], pixel(row(y, of: channel), place(ofColumn: x)))]
      }
    }[0]
  }

  private func number(_ parameter: Int, _ channel: IRValue) -> IRValue {
    builder.load(
      types.f32, builder.offset(builder.parameter(parameter), builder.multiply(channel, 4)),
      alignment: 4)
  }

  private func mean(_ channel: IRValue, without sum: IRValue, _ pixels: IRValue) -> IRValue {
    let whole = builder.convert(number(6, channel), .floatExtend, to: types.f64)
    let part = builder.fdivide(builder.convert(sum, .floatExtend, to: types.f64), pixels)
    return builder.convert(builder.fsubtract(whole, part), .floatTruncate, to: types.f32)
  }

  private func store(_ mean: IRValue, _ channel: IRValue, _ row: IRValue, _ column: IRValue) {
    let value = kernel.isScaled ? builder.fmultiply(mean, number(7, channel)) : mean
    builder.store(value, result(channel, row, column), alignment: 4)
  }
}
