internal import LLVMKit

/// A function that takes elements of `[outer, n, inner]` at the places that a second operand
/// names.
///
/// Sizes: `n`, `inner`, the number of places.
package struct GatherKernel: Hashable, Sendable {
  let lanes: Int

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(name, lanes: lanes, sources: 2, targets: 1, sizes: 3, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let builder = function.builder
    let (extent, inner, count) = (function.sizes[0], function.sizes[1], function.sizes[2])
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, [count, count])
      let place = function.nearestIndex(
        function.number(function.sources[1], indices[1]), below: extent)
      let row = builder.add(builder.multiply(indices[0], extent), place)
      function.copy(
        function.element(function.sources[0], builder.multiply(row, inner)),
        to: function.element(function.targets[0], builder.multiply(piece, inner)), count: inner)
    }
  }
}

extension PlainFunction {
  /// The index that is nearest to a number; 0 for a NaN.
  func nearestIndex(_ number: IRValue, below extent: IRValue) -> IRValue {
    let last = builder.subtract(extent, 1)
    let limit = builder.convert(last, .intToFloat, to: types.f32)
    let isInside = builder.binary(
      .and, builder.fcompare(number, .greater, types.float(0)),
      builder.fcompare(number, .less, limit))
    let whole = builder.convert(
      builder.select(isInside, number, types.float(0)), .floatToInt, to: types.i64)
    let isBehind = builder.fcompare(number, .greaterOrEqual, limit)
    let isPositive = builder.fcompare(number, .greater, types.float(0))
    return builder.select(builder.binary(.and, isBehind, isPositive), last, whole)
  }
}
