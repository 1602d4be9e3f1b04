internal import LLVMKit

/// A function that adds up along an axis of `[outer, n, inner]`, in float64 as the interpreter does.
///
/// A piece of work is a vector of `inner` for one index of `outer`.
///
/// Sizes: `n`, `inner`.
package struct CumulativeSumKernel: Hashable, Sendable {
  let lanes: Int

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(name, lanes: lanes, sources: 1, targets: 1, sizes: 2, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let (extent, inner) = (function.sizes[0], function.sizes[1])
    let wide = types.vector(types.f64, lanes)
    let vectors = builder.divide(builder.add(inner, lanes - 1), lanes)
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, [vectors, vectors])
      let start = builder.multiply(indices[0], builder.multiply(extent, inner))
      let first = builder.multiply(indices[1], lanes)
      let end = builder.minimum(builder.add(first, lanes), inner)
      function.forEachVector(from: first, to: end) { x, mask in
        let zero = types.splat(types.float(0, types.f64), lanes)
        builder.loop(from: types.int(0), to: extent, carrying: [zero]) { index, sum in
          let place = builder.add(builder.add(start, builder.multiply(index, inner)), x)
          let element = function.vector(function.sources[0], place, mask)
          let total = builder.fadd(sum[0], builder.convert(element, .floatExtend, to: wide))
          function.setVector(
            builder.convert(total, .floatTruncate, to: function.math.type), function.targets[0],
            place, mask)
          return [total]
        }
      }
    }
  }
}
