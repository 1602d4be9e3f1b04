internal import GraphIR
internal import LLVMKit

/// A function that samples one axis of `[outer, n, inner]` at other distances.
///
/// Where `inner` is 1, vectors lie along the axis and each lane takes its own elements; elsewhere
/// along `inner`. Places are computed step by step as the interpreter does it, since their
/// rounding decides which elements are taken.
///
/// Sizes: `n`, the extent of the result, `inner`.
package struct ResizeKernel: Hashable, Sendable {
  let lanes: Int
  let resize: Resize
  /// The scale where it is no quotient of extents.
  let scale: Float?
  /// Whether `inner` is 1.
  let isAlongRows: Bool

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(name, lanes: lanes, sources: 1, targets: 1, sizes: 3, in: module) {
      if isAlongRows { emitRows($0) } else { emitLines($0) }
    }
  }

  /// A piece of work is a row of the result.
  private func emitRows(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let (extent, length) = (function.sizes[0], function.sizes[1])
    let numbers = types.vector((0..<lanes).map { types.int($0, types.i32) })
    let sampler = AxisSampler(function, resize, scale, lanes: lanes)
    function.forEachPiece { piece in
      let source = function.element(function.sources[0], builder.multiply(piece, extent))
      let target = function.element(function.targets[0], builder.multiply(piece, length))
      function.forEachVector(from: types.int(0), to: length) { x, mask in
        let first = builder.splat(builder.convert(x, .truncate, to: types.i32), lanes)
        let index = builder.convert(
          builder.add(first, numbers), .intToFloat, to: function.math.type)
        let sum = sampler.taps(index).reduce(nil) { sum, tap in
          let values = function.gather(source) { lane in
            builder.convert(function.lane(tap.place, lane), .signExtend, to: types.i64)
          }
          return add(function, sum, values, tap.weight)
        }
        if let sum { function.setVector(sum, target, x, mask) }
      }
    }
  }

  private func add(
    _ function: PlainFunction, _ sum: IRValue?, _ values: IRValue, _ weight: IRValue?
  ) -> IRValue {
    guard let weight else { return values }
    guard let sum else { return function.builder.fmultiply(values, weight) }
    return function.builder.multiplyAdd(values, weight, sum)
  }

  /// A piece of work is one index of the axis for one index of what is in front of it.
  private func emitLines(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let (extent, length, inner) = (function.sizes[0], function.sizes[1], function.sizes[2])
    let sampler = AxisSampler(function, resize, scale, lanes: 1)
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, [length, length])
      let index = builder.convert(indices[1], .intToFloat, to: types.f32)
      let source = function.element(
        function.sources[0], builder.multiply(builder.multiply(indices[0], extent), inner))
      let target = function.element(function.targets[0], builder.multiply(piece, inner))
      func line(_ place: IRValue) -> IRValue {
        let row = builder.convert(place, .signExtend, to: types.i64)
        return function.element(source, builder.multiply(row, inner))
      }
      if resize.antialiases && resize.mode != .nearest {
        return emitStretched(function, sampler, index, line, target)
      }
      let taps = sampler.taps(index).map { tap in
        (line: line(tap.place), weight: tap.weight.map { builder.splat($0, lanes) })
      }
      function.forEachVector(from: types.int(0), to: inner) { x, mask in
        let sum = taps.reduce(nil) { sum, tap in
          add(function, sum, function.vector(tap.line, x, mask), tap.weight)
        }
        if let sum { function.setVector(sum, target, x, mask) }
      }
    }
  }

  /// A filter of as many elements as the scale asks for.
  private func emitStretched(
    _ function: PlainFunction, _ sampler: AxisSampler, _ index: IRValue,
    _ line: (IRValue) -> IRValue, _ target: IRValue
  ) {
    let (builder, types) = (function.builder, function.types)
    let filter = sampler.stretched(index)
    let total = builder.loop(from: filter.first, to: filter.end, carrying: [types.float(0)]) {
      [builder.fadd($1[0], filter.weight($0))]
    }[0]
    function.forEachVector(from: types.int(0), to: function.sizes[2]) { x, mask in
      let sum = builder.loop(
        from: filter.first, to: filter.end, carrying: [function.math.constant(0)]
      ) { place, sum in
        let weight = builder.splat(builder.fdivide(filter.weight(place), total), lanes)
        let values = function.vector(line(filter.clamped(place)), x, mask)
        return [builder.multiplyAdd(values, weight, sum[0])]
      }[0]
      function.setVector(sum, target, x, mask)
    }
  }
}
