internal import GraphIR
internal import LLVMKit

/// A function that computes a program at every index of a space, a row of the last axis at a time.
///
/// Sizes: the extents, the blocks of the last axis, the strides that are neither 0 nor 1.
package struct MapKernel: Hashable, Sendable {
  let lanes: Int
  let program: PointwiseProgram
  /// By operand and axis.
  let operands: [[AxisStride]]
  /// By result and axis.
  let results: [[AxisStride]]

  /// Elements of the last axis that are one piece of work, at most.
  static let block = 4096

  private var rank: Int { results[0].count }

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let strides = (operands + results).joined().count { $0 == .other }
    return PlainFunction.define(
      name, lanes: lanes, sources: operands.count, targets: results.count,
      sizes: rank + 1 + strides, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let builder = function.builder
    let extents = Array(function.sizes[..<rank])
    var sizes = function.sizes[(rank + 1)...]
    let operands = operands.map { StridedOperand($0, &sizes) }
    let results = results.map { StridedOperand($0, &sizes) }
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, extents.dropLast() + [function.sizes[rank]])
      let start = builder.multiply(indices[rank - 1], Self.block)
      let end = builder.minimum(builder.add(start, Self.block), extents[rank - 1])
      let row = indices.dropLast()
      func addresses(_ views: [StridedOperand], _ bases: [IRValue]) -> [IRValue] {
        zip(views, bases).map { $0.address($1, Array(row), function) }
      }
      let sources = addresses(operands, function.sources)
      let targets = addresses(results, function.targets)
      function.forEachVector(from: start, to: end) { x, mask in
        let numbers = BodyEmitter(
          math: function.math, body: program, accumulator: { _ in function.math.constant(0) },
          operand: { index in
            operands[index].load(
              sources[index], axis: rank - 1, from: x, to: end, mask, function)
          }
        ).emit()
        for (place, value) in numbers.enumerated() {
          results[place].store(
            value, targets[place], axis: rank - 1, from: x, to: end, mask, function)
        }
      }
    }
  }
}
