internal import LLVMKit

/// A function that puts the elements of planes at the places that a second operand names, a plane
/// at a time, and zeros elsewhere.
///
/// Sizes: elements of a plane of the operands, of one of the result.
package struct UnpoolKernel: Hashable, Sendable {
  let lanes: Int

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(name, lanes: lanes, sources: 2, targets: 1, sizes: 2, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let (count, size) = (function.sizes[0], function.sizes[1])
    function.forEachPiece { plane in
      let target = function.element(function.targets[0], builder.multiply(plane, size))
      function.fill(target, from: types.int(0), to: size, with: types.float(0))
      let start = builder.multiply(plane, count)
      builder.loop(from: start, to: builder.add(start, count)) { index in
        let place = function.nearestIndex(
          function.number(function.sources[1], index), below: size)
        function.setNumber(function.number(function.sources[0], index), target, place)
      }
    }
  }
}
