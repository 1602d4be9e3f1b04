internal import GraphIR
internal import LLVMKit

/// A function that takes the maximum, its place or the mean of windows over images in row-major
/// order that were laid out by a ``StageKernel``, one row of the result at a time.
///
/// Sizes: rows and columns of the result; elements from plane to plane, row to row and phase to
/// phase; rows and columns of the image.
package struct PoolKernel: Hashable, Sendable {
  let lanes: Int
  let kind: Pool2D.Kind
  let window: StagedWindow
  /// Top, left, bottom, right.
  let padding: [Int]
  let includesPadding: Bool

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(name, lanes: lanes, sources: 1, targets: 1, sizes: 7, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let (height, width) = (function.sizes[0], function.sizes[1])
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, [height, height])
      let first = builder.multiply(
        builder.multiply(indices[1], window.stride[0]), function.sizes[3])
      let source = function.element(
        function.sources[0],
        builder.add(builder.multiply(indices[0], function.sizes[2]), first))
      let target = function.element(function.targets[0], builder.multiply(piece, width))
      let rows = kind == .average ? divisor(function, axis: 0, indices[1], lanes: 1) : nil
      function.forEachVector(from: types.int(0), to: width) { x, mask in
        let start = function.element(source, x)
        let result: IRValue
        if kind == .place {
          result = place(function, start, (indices[1], x), mask)
        } else {
          let total = combined(function, start, mask)
          result = rows.map { mean(function, total, $0, x) } ?? total
        }
        function.setVector(result, target, x, mask)
      }
    }
  }

  private func combined(_ function: PlainFunction, _ start: IRValue, _ mask: IRValue?) -> IRValue {
    let (builder, types) = (function.builder, function.types)
    let isMean = kind == .average
    let first = isMean ? types.float(0, types.f64) : types.float(-.infinity)
    let double = types.vector(types.f64, lanes)
    return builder.loop(
      from: types.int(0), to: types.int(window.kernel[0]),
      carrying: [types.splat(first, lanes)]
    ) { row, totals in
      let distance = builder.multiply(
        builder.multiply(row, window.dilation[0]), function.sizes[3])
      let line = function.element(start, distance)
      return window.forEachColumn(builder, phasePitch: function.sizes[4], carrying: totals) {
        _, distance, totals in
        let numbers = function.vector(line, distance, mask)
        if isMean {
          return [builder.fadd(totals[0], builder.convert(numbers, .floatExtend, to: double))]
        }
        let isKept = builder.binary(
          .or, builder.fcompare(totals[0], .notEqual, totals[0]),
          builder.fcompare(totals[0], .greater, numbers))
        return [builder.select(isKept, totals[0], numbers)]
      }
    }[0]
  }

  /// Where the largest elements of the windows `x ..< x + lanes` of a row lie.
  private func place(
    _ function: PlainFunction, _ start: IRValue, _ window: (y: IRValue, x: IRValue),
    _ mask: IRValue?
  ) -> IRValue {
    let (builder, types) = (function.builder, function.types)
    let width = function.sizes[6]
    let row = origin(function, axis: 0, window.y, lanes: 1)
    let columns = origin(function, axis: 1, window.x, lanes: lanes)
    let firstRow = builder.multiply(firstInside(function, axis: 0, row, lanes: 1), width)
    let first = builder.add(
      builder.splat(firstRow, lanes), firstInside(function, axis: 1, columns, lanes: lanes))
    return builder.convert(
      builder.loop(
        from: types.int(0), to: types.int(self.window.kernel[0]),
        carrying: [types.splat(types.float(-.infinity), lanes), first]
      ) { tap, best in
        let down = builder.multiply(tap, self.window.dilation[0])
        let line = function.element(start, builder.multiply(down, function.sizes[3]))
        let rowStart = builder.multiply(builder.add(row, down), width)
        return self.window.forEachColumn(
          builder, phasePitch: function.sizes[4], carrying: best
        ) { column, distance, best in
          let numbers = function.vector(line, distance, mask)
          let shift = builder.add(rowStart, builder.multiply(column, self.window.dilation[1]))
          let places = builder.add(builder.splat(shift, lanes), columns)
          // What lies outside is the least number there is, and better than nothing.
          let isKept = builder.binary(
            .or, builder.fcompare(best[0], .notEqual, best[0]),
            builder.fcompare(best[0], .greaterOrEqual, numbers))
          return [
            builder.select(isKept, best[0], numbers), builder.select(isKept, best[1], places),
          ]
        }
      }[1], .intToFloat, to: function.math.type)
  }

  /// Where the windows `index ..< index + lanes` begin along an axis, perhaps in the padding.
  private func origin(_ function: PlainFunction, axis: Int, _ index: IRValue, lanes: Int)
    -> IRValue
  {
    let (builder, types) = (function.builder, function.types)
    let numbers = types.vector((0..<lanes).map { types.int($0) })
    return builder.subtract(
      builder.multiply(
        builder.add(builder.splat(index, lanes), numbers),
        types.splat(types.int(window.stride[axis]), lanes)),
      types.splat(types.int(padding[axis]), lanes))
  }

  /// The first place of windows that lies in the image, where one does.
  private func firstInside(
    _ function: PlainFunction, axis: Int, _ origin: IRValue, lanes: Int
  ) -> IRValue {
    let (builder, types) = (function.builder, function.types)
    func constant(_ value: Int) -> IRValue { types.splat(types.int(value), lanes) }
    let step = constant(window.dilation[axis])
    let outside = builder.maximum(builder.subtract(constant(0), origin), constant(0))
    let skipped = builder.binary(
      .divide, builder.add(outside, constant(window.dilation[axis] - 1)), step)
    let last = builder.subtract(
      builder.splat(function.sizes[5 + axis], lanes), constant(1))
    return builder.minimum(builder.add(origin, builder.multiply(skipped, step)), last)
  }

  private func mean(
    _ function: PlainFunction, _ total: IRValue, _ rows: IRValue, _ x: IRValue
  ) -> IRValue {
    let (builder, types) = (function.builder, function.types)
    let columns = divisor(function, axis: 1, x, lanes: lanes)
    let count = builder.convert(
      builder.multiply(columns, builder.splat(rows, lanes)), .intToFloat,
      to: types.vector(types.f64, lanes))
    return builder.convert(
      builder.fdivide(total, count), .floatTruncate, to: function.math.type)
  }

  /// Elements of the windows `index ..< index + lanes` along an axis that a mean is divided by.
  private func divisor(_ function: PlainFunction, axis: Int, _ index: IRValue, lanes: Int)
    -> IRValue
  {
    let (builder, types) = (function.builder, function.types)
    let step = window.dilation[axis]
    func constant(_ value: Int) -> IRValue { types.splat(types.int(value), lanes) }
    func quotient(_ length: IRValue) -> IRValue {
      builder.binary(
        .divide, builder.add(builder.maximum(length, constant(0)), constant(step - 1)),
        constant(step))
    }
    let first = origin(function, axis: axis, index, lanes: lanes)
    let reach = builder.add(first, constant(step * window.kernel[axis]))
    let extent = builder.splat(function.sizes[5 + axis], lanes)
    let end = includesPadding ? builder.add(extent, constant(padding[axis + 2])) : extent
    let length = quotient(builder.subtract(builder.minimum(reach, end), first))
    if includesPadding { return length }
    let skipped = quotient(builder.subtract(constant(0), first))
    return builder.maximum(builder.subtract(length, skipped), constant(0))
  }
}
