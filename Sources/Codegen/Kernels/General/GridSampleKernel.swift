internal import GraphIR
internal import LLVMKit

/// A function that samples images at places, a vector of them at a time, in all channels.
///
/// Places are computed step by step as the interpreter does it, since their rounding decides which
/// pixels are taken. A piece of work is a row of places.
///
/// Sizes: channels, rows and columns of the images, rows and columns of the places.
package struct GridSampleKernel: Hashable, Sendable {
  let lanes: Int
  let op: GridSample

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(name, lanes: lanes, sources: 2, targets: 1, sizes: 5, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let (channels, height, width) = (function.sizes[0], function.sizes[1], function.sizes[2])
    let (rows, columns) = (function.sizes[3], function.sizes[4])
    let across = GridAxis(function, op, extent: width)
    let down = GridAxis(function, op, extent: height)
    let plane = builder.multiply(height, width)
    let resultPlane = builder.multiply(rows, columns)
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, [rows, rows])
      let batch = builder.multiply(indices[0], channels)
      let images = function.element(function.sources[0], builder.multiply(batch, plane))
      let row = builder.multiply(piece, columns)
      let target = function.element(
        function.targets[0],
        builder.add(builder.multiply(batch, resultPlane), builder.multiply(indices[1], columns)))
      function.forEachVector(from: types.int(0), to: columns) { x, mask in
        func numbers(_ part: Int) -> IRValue {
          function.gather(function.sources[1]) { lane in
            // Lanes behind the last place take that one.
            let index = builder.minimum(builder.add(x, lane), builder.subtract(columns, 1))
            return builder.add(builder.multiply(builder.add(row, index), 2), part)
          }
        }
        let pixels = pixels(function, across.taps(numbers(0)), down.taps(numbers(1)), width)
        builder.loop(from: types.int(0), to: channels) { channel in
          let image = function.element(images, builder.multiply(channel, plane))
          let result = function.element(target, builder.multiply(channel, resultPlane))
          function.setVector(sum(function, pixels, image), result, x, mask)
        }
      }
    }
  }

  /// What the pixels at all rows and columns count, and where they are in a plane.
  private func pixels(
    _ function: PlainFunction, _ columns: [GridAxis.Tap], _ rows: [GridAxis.Tap], _ width: IRValue
  ) -> [GridAxis.Tap] {
    let builder = function.builder
    let places = function.types.vector(function.types.i64, lanes)
    return rows.flatMap { row in
      let start = builder.multiply(
        builder.convert(row.place, .signExtend, to: places), builder.splat(width, lanes))
      return columns.map { column in
        GridAxis.Tap(
          place: builder.add(start, builder.convert(column.place, .signExtend, to: places)),
          isInside: builder.binary(.and, row.isInside, column.isInside),
          weight: builder.fmultiply(row.weight, column.weight))
      }
    }
  }

  private func sum(_ function: PlainFunction, _ pixels: [GridAxis.Tap], _ image: IRValue) -> IRValue
  {
    let builder = function.builder
    return pixels.reduce(function.math.constant(0)) { sum, pixel in
      let elements = function.gather(image) { function.lane(pixel.place, $0) }
      let counted = builder.select(pixel.isInside, elements, function.math.constant(0))
      return builder.multiplyAdd(counted, pixel.weight, sum)
    }
  }
}

/// Emits which rows, or columns, of an image lie around places.
private struct GridAxis {
  private let builder: FunctionBuilder
  private let math: VectorMath
  private let op: GridSample
  /// In every lane, as a number: the extent, and the last index.
  private let extent: IRValue
  private let last: IRValue
  /// In every lane the last index.
  private let lastIndex: IRValue

  /// Rows or columns, or pixels in a plane, one for each lane.
  struct Tap {
    /// An index that exists.
    var place: IRValue
    /// Whether it is the index that was looked for.
    var isInside: IRValue
    var weight: IRValue
  }

  init(_ function: PlainFunction, _ op: GridSample, extent: IRValue) {
    let builder = function.builder
    self.builder = builder
    self.op = op
    math = function.math
    self.extent = builder.splat(
      builder.convert(extent, .intToFloat, to: builder.types.f32), math.lanes)
    last = builder.fsubtract(self.extent, math.constant(1))
    lastIndex = builder.splat(
      builder.convert(builder.subtract(extent, 1), .truncate, to: builder.types.i32), math.lanes)
  }

  private func constant(_ value: Double) -> IRValue { math.constant(value) }

  func taps(_ number: IRValue) -> [Tap] {
    let place = place(number)
    switch op.mode {
    case .nearest: return [tap(math.rounded(inside(place)), constant(1))]
    case .linear:
      let place = inside(place)
      let first = math.floor(place)
      let weight = builder.fsubtract(place, first)
      return [
        tap(first, builder.fsubtract(constant(1), weight)),
        tap(builder.fadd(first, constant(1)), weight),
      ]
    case .cubic:
      let first = math.floor(place)
      let fraction = builder.fsubtract(place, first)
      return (-1..<3).map { step in
        let step = constant(Double(step))
        let weight = math.keysCubic(
          builder.fsubtract(fraction, step), Double(GridSample.cubicCoefficient))
        return tap(inside(builder.fadd(first, step)), weight)
      }
    }
  }

  /// The place among the rows or columns for one from −1 to 1.
  private func place(_ number: IRValue) -> IRValue {
    let half = constant(0.5)
    let shifted = builder.fadd(number, constant(1))
    if op.alignsCorners { return builder.fmultiply(shifted, builder.fmultiply(last, half)) }
    return builder.fsubtract(builder.fmultiply(shifted, builder.fmultiply(extent, half)), half)
  }

  private func tap(_ place: IRValue, _ weight: IRValue) -> Tap {
    let isInside = builder.binary(
      .and, builder.fcompare(place, .greaterOrEqual, constant(0)),
      builder.fcompare(place, .lessOrEqual, last))
    let index = builder.convert(
      builder.select(isInside, place, constant(0)), .floatToInt, to: math.integerType)
    // The last index may be no number of float32.
    return Tap(place: builder.minimum(index, lastIndex), isInside: isInside, weight: weight)
  }

  /// The place that stands for one that may be outside; 0 for a NaN where it is held inside.
  private func inside(_ place: IRValue) -> IRValue {
    switch op.outside {
    case .zeros: return place
    case .border: return clamped(place)
    case .reflection:
      let low = constant(op.alignsCorners ? 0 : -0.5)
      let period = builder.fmultiply(op.alignsCorners ? last : extent, constant(2))
      let distance = math.absolute(builder.fsubtract(place, low))
      let periods = math.floor(builder.fdivide(distance, period))
      let rest = builder.fsubtract(distance, builder.fmultiply(periods, period))
      let mirrored = builder.fsubtract(period, rest)
      let nearer = builder.select(builder.fcompare(mirrored, .less, rest), mirrored, rest)
      return clamped(builder.fadd(nearer, low))
    }
  }

  private func clamped(_ place: IRValue) -> IRValue {
    let limited = builder.select(builder.fcompare(place, .less, last), place, last)
    return builder.select(builder.fcompare(place, .greater, constant(0)), limited, constant(0))
  }
}
