internal import GraphIR
internal import LLVMKit

/// A function that combines the numbers of a program along some axes.
///
/// Vectors lie along the last axis that is kept where the operands are rows there, and along the
/// last reduced axis otherwise; there the lanes are combined in their order at the end. Sums are
/// kept in double precision.
///
/// Sizes: kept extents, reduced extents, the number of elements that are combined, strides.
package struct ReduceKernel: Hashable, Sendable {
  let lanes: Int
  let kind: Reduce.Kind
  let program: PointwiseProgram
  /// By operand and axis: those that are kept, then those that are reduced.
  let operands: [[AxisStride]]
  let keptRank: Int
  let reducedRank: Int
  /// Whether a vector holds several results.
  let holdsResults: Bool

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let strides = operands.joined().count { $0 == .other }
    return PlainFunction.define(
      name, lanes: lanes, sources: operands.count, targets: 1,
      sizes: keptRank + reducedRank + 1 + strides, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let builder = function.builder
    let kept = Array(function.sizes[..<keptRank])
    var sizes = function.sizes[(keptRank + reducedRank + 1)...]
    let operands = operands.map { StridedOperand($0, &sizes) }
    function.forEachPiece { piece in
      guard holdsResults else {
        let indices = function.indices(of: piece, kept)
        let total = combined(function, operands, indices, x: nil)
        return function.setNumber(finished(total, function, lanes: 1), function.targets[0], piece)
      }
      let inner = kept[keptRank - 1]
      let vectors = builder.divide(builder.add(inner, lanes - 1), lanes)
      let indices = function.indices(of: piece, kept.dropLast() + [vectors])
      let x = builder.multiply(indices[keptRank - 1], lanes)
      let rest = builder.minimum(builder.subtract(inner, x), function.types.int(lanes))
      let mask = function.mask(below: rest)
      let total = combined(
        function, operands, indices.dropLast(), x: (x, inner, mask))
      let row = builder.divide(piece, vectors)
      let place = builder.add(builder.multiply(row, inner), x)
      function.setVector(
        finished(total, function, lanes: lanes), function.targets[0], place, mask)
    }
  }

  /// What is combined so far, in all lanes or in one.
  private var isExact: Bool { kind == .maximum || kind == .minimum }

  private func accumulatorType(_ types: TypeFactory) -> IRType { isExact ? types.f32 : types.f64 }

  private func identity(_ types: TypeFactory) -> IRValue {
    switch kind {
    case .sum, .mean: types.float(0, types.f64)
    case .product: types.float(1, types.f64)
    case .maximum: types.float(-.infinity)
    case .minimum: types.float(.infinity)
    }
  }

  private func combine(_ a: IRValue, _ b: IRValue, _ builder: FunctionBuilder) -> IRValue {
    switch kind {
    case .sum, .mean: return builder.fadd(a, b)
    case .product: return builder.fmultiply(a, b)
    case .maximum, .minimum:
      let isBetter = builder.fcompare(a, kind == .maximum ? .greater : .less, b)
      let isNaN = builder.fcompare(a, .notEqual, a)
      return builder.select(builder.binary(.or, isNaN, isBetter), a, b)
    }
  }

  /// - Parameter x: The first result of a vector, the end of its row and its lanes; nil for one
  ///   result.
  private func combined(
    _ function: PlainFunction, _ operands: [StridedOperand], _ indices: [IRValue],
    x: (first: IRValue, end: IRValue, mask: IRValue)?
  ) -> IRValue {
    let (builder, types) = (function.builder, function.types)
    let starts = zip(operands, function.sources).map { $0.address($1, indices, function) }
    let start = types.splat(identity(types), lanes)
    let outer = holdsResults ? reducedRank : reducedRank - 1
    let total = nest(function, operands, starts, axis: 0, count: outer, start) {
      addresses, total in
      if let x {
        let value = number(
          function, operands, addresses, axis: keptRank - 1, x.first, x.end, x.mask)
        return combine(total, value, builder)
      }
      let end = function.sizes[keptRank + reducedRank - 1]
      return function.forEachVector(from: types.int(0), to: end, carrying: [total]) {
        place, mask, carried in
        let value = number(
          function, operands, addresses, axis: keptRank + reducedRank - 1, place, end, mask)
        return [
          combine(carried[0], mask.map { builder.select($0, value, start) } ?? value, builder)
        ]
      }[0]
    }
    guard x == nil else { return total }
    return (1..<max(lanes, 1)).reduce(function.lane(total, 0)) {
      combine($0, function.lane(total, $1), builder)
    }
  }

  /// Loops over the first reduced axes.
  private func nest(
    _ function: PlainFunction, _ operands: [StridedOperand], _ addresses: [IRValue], axis: Int,
    count: Int, _ total: IRValue, _ body: ([IRValue], IRValue) -> IRValue
  ) -> IRValue {
    guard axis < count else { return body(addresses, total) }
    let place = keptRank + axis
    return function.builder.loop(
      from: function.types.int(0), to: function.sizes[place], carrying: [total]
    ) { index, carried in
      let moved = zip(operands, addresses).map { $0.address($1, place, index, function) }
      return [nest(function, operands, moved, axis: axis + 1, count: count, carried[0], body)]
    }[0]
  }

  private func number(
    _ function: PlainFunction, _ operands: [StridedOperand], _ addresses: [IRValue], axis: Int,
    _ x: IRValue, _ end: IRValue, _ mask: IRValue?
  ) -> IRValue {
    let value = BodyEmitter(
      math: function.math, body: program, accumulator: { _ in function.math.constant(0) },
      operand: { operands[$0].load(addresses[$0], axis: axis, from: x, to: end, mask, function) }
    ).emit()[0]
    let types = function.types
    guard !isExact else { return value }
    return function.builder.convert(value, .floatExtend, to: types.vector(types.f64, lanes))
  }

  private func finished(_ total: IRValue, _ function: PlainFunction, lanes: Int) -> IRValue {
    guard !isExact else { return total }
    let (builder, types) = (function.builder, function.types)
    var total = total
    if kind == .mean {
      let count = builder.convert(
        function.sizes[keptRank + reducedRank], .intToFloat, to: types.f64)
      total = builder.fdivide(total, builder.splat(count, lanes))
    }
    return builder.convert(total, .floatTruncate, to: types.vector(types.f32, lanes))
  }
}
