internal import GraphIR
internal import LLVMKit

/// A function that adds elements around a tensor or takes some away, one row at a time.
///
/// Sizes: for every axis its extent, what is added before, and the extent of the result.
package struct PadKernel: Hashable, Sendable {
  let lanes: Int
  let mode: Pad.Mode
  let value: Float
  let rank: Int

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(
      name, lanes: lanes, sources: 1, targets: 1, sizes: 3 * rank, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let last = rank - 1
    let extents = (0..<last).map { function.sizes[3 * $0 + 2] }
    function.forEachPiece { piece in
      var isOutside = types.int(0, types.i1)
      var row = types.int(0)
      for (axis, index) in function.indices(of: piece, extents).enumerated().prefix(last) {
        let (place, outside) = source(function, axis, index)
        row = builder.add(builder.multiply(row, function.sizes[3 * axis]), place)
        isOutside = builder.binary(.or, isOutside, outside)
      }
      let length = function.sizes[3 * last + 2]
      let target = function.element(function.targets[0], builder.multiply(piece, length))
      guard mode == .constant else { return emitRow(function, row, target) }
      builder.ifTrue(isOutside) { fill(function, target, types.int(0), length) }
      builder.ifTrue(builder.compare(isOutside, .equal, types.int(0, types.i1))) {
        emitRow(function, row, target)
      }
    }
  }

  private func fill(
    _ function: PlainFunction, _ target: IRValue, _ start: IRValue, _ end: IRValue
  ) {
    function.fill(target, from: start, to: end, with: function.types.float(Double(value)))
  }

  /// A row of the result from a row of the operand.
  private func emitRow(_ function: PlainFunction, _ row: IRValue, _ target: IRValue) {
    let (builder, types) = (function.builder, function.types)
    let last = rank - 1
    let (extent, low, length) = (
      function.sizes[3 * last], function.sizes[3 * last + 1], function.sizes[3 * last + 2]
    )
    let source = function.element(function.sources[0], builder.multiply(row, extent))
    func clamped(_ place: IRValue, from first: IRValue) -> IRValue {
      builder.minimum(builder.maximum(place, first), length)
    }
    let start = clamped(low, from: types.int(0))
    let end = clamped(builder.add(low, extent), from: start)
    emitBorder(function, source, target, types.int(0), start)
    function.forEachVector(from: start, to: end) { x, mask in
      function.setVector(
        function.vector(source, builder.subtract(x, low), mask), target, x, mask)
    }
    emitBorder(function, source, target, end, length)
  }

  private func emitBorder(
    _ function: PlainFunction, _ row: IRValue, _ target: IRValue, _ start: IRValue,
    _ end: IRValue
  ) {
    guard mode != .constant else { return fill(function, target, start, end) }
    function.builder.loop(from: start, to: end) { x in
      let number = function.number(row, source(function, rank - 1, x).place)
      function.setNumber(number, target, x)
    }
  }

  /// The index in the operand, and whether there is none; then it is any number.
  private func source(_ function: PlainFunction, _ axis: Int, _ index: IRValue)
    -> (place: IRValue, isOutside: IRValue)
  {
    let (builder, types) = (function.builder, function.types)
    let extent = function.sizes[3 * axis]
    let place = builder.subtract(index, function.sizes[3 * axis + 1])
    let isBefore = builder.compare(place, .less, types.int(0))
    let isBehind = builder.compare(place, .greaterOrEqual, extent)
    let last = builder.subtract(extent, 1)
    func mapped(_ before: IRValue, _ behind: IRValue) -> IRValue {
      builder.select(isBefore, before, builder.select(isBehind, behind, place))
    }
    let mapped =
      switch mode {
      case .constant, .edge: mapped(types.int(0), last)
      case .reflect:
        mapped(
          builder.subtract(types.int(0), place),
          builder.subtract(builder.multiply(last, 2), place))
      case .wrap: mapped(builder.add(place, extent), builder.subtract(place, extent))
      }
    return (mapped, builder.binary(.or, isBefore, isBehind))
  }
}
