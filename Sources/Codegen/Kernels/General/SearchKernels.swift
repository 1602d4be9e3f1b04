internal import GraphIR
internal import LLVMKit

/// A function that finds the place of the best number along an axis of `[outer, n, inner]`.
///
/// Sizes: `n`, `inner`.
package struct ArgReduceKernel: Hashable, Sendable {
  let kind: ArgReduce.Kind
  let takesLast: Bool

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(
      name, lanes: 1, sources: 1, targets: 1, sizes: 2, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let line = SearchLine(function)
    function.forEachPiece { piece in
      let start = line.start(of: piece, extent: line.extent)
      let first = line.number(start, types.int(0))
      let best = builder.loop(
        from: types.int(1), to: line.extent, carrying: [first, types.int(0)]
      ) { place, best in
        let number = line.number(start, place)
        let isBetter = isBetter(number, best[0], builder)
        return [
          builder.select(isBetter, number, best[0]), builder.select(isBetter, place, best[1]),
        ]
      }
      function.setNumber(
        builder.convert(best[1], .intToFloat, to: types.f32), function.targets[0], piece)
    }
  }

  /// Whether a later number takes the place of an earlier one; a NaN is better than any number.
  private func isBetter(_ a: IRValue, _ b: IRValue, _ builder: FunctionBuilder) -> IRValue {
    let isNaN = builder.fcompare(a, .notEqual, a)
    let otherIsNaN = builder.fcompare(b, .notEqual, b)
    let isBeyond = builder.fcompare(a, kind == .maximum ? .greater : .less, b)
    let isStrict = builder.select(
      otherIsNaN, builder.types.int(0, builder.types.i1), builder.binary(.or, isNaN, isBeyond))
    guard takesLast else { return isStrict }
    let areEqual = builder.binary(
      .or, builder.fcompare(a, .equal, b), builder.binary(.and, isNaN, otherIsNaN))
    return builder.binary(.or, areEqual, isStrict)
  }
}

/// A function that takes the best numbers along an axis of `[outer, n, inner]`, one after the
/// other.
///
/// Sizes: `n`, `inner`.
package struct TopKKernel: Hashable, Sendable {
  let count: Int
  let largest: Bool

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(
      name, lanes: 1, sources: 1, targets: 2, sizes: 2, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let line = SearchLine(function)
    function.forEachPiece { piece in
      let start = line.start(of: piece, extent: line.extent)
      let target = line.start(of: piece, extent: types.int(count))
      let none = [types.float(0), types.int(-1)]
      builder.loop(from: types.int(0), to: types.int(count), carrying: none) { rank, previous in
        let best = next(after: previous, line, start, builder)
        let place = builder.add(target, builder.multiply(rank, line.step))
        function.setNumber(best[0], function.targets[0], place)
        function.setNumber(
          builder.convert(best[1], .intToFloat, to: types.f32), function.targets[1], place)
        return best
      }
    }
  }

  /// The best number that comes behind another one; a place of −1 stands for none.
  private func next(
    after previous: [IRValue], _ line: SearchLine, _ start: IRValue, _ builder: FunctionBuilder
  ) -> [IRValue] {
    let types = builder.types
    func isNone(_ number: [IRValue]) -> IRValue {
      builder.compare(number[1], .less, types.int(0))
    }
    return builder.loop(
      from: types.int(0), to: line.extent, carrying: [types.float(0), types.int(-1)]
    ) { place, best in
      let candidate = [line.number(start, place), place]
      let isLeft = builder.binary(
        .or, isNone(previous), comesFirst(previous, candidate, builder))
      let isBetter = builder.binary(.or, isNone(best), comesFirst(candidate, best, builder))
      let isTaken = builder.binary(.and, isLeft, isBetter)
      return zip(candidate, best).map { builder.select(isTaken, $0, $1) }
    }
  }

  /// The order of numbers with their places; a NaN is larger than any number.
  private func comesFirst(_ a: [IRValue], _ b: [IRValue], _ builder: FunctionBuilder) -> IRValue {
    let areNaN = [a, b].map { builder.fcompare($0[0], .notEqual, $0[0]) }
    let areEqual = builder.binary(
      .or, builder.fcompare(a[0], .equal, b[0]), builder.binary(.and, areNaN[0], areNaN[1]))
    let isLarger = builder.binary(.or, areNaN[0], builder.fcompare(a[0], .greater, b[0]))
    let no = builder.types.int(0, builder.types.i1)
    let isBeyond = largest ? isLarger : builder.compare(isLarger, .equal, no)
    return builder.select(areEqual, builder.compare(a[1], .less, b[1]), isBeyond)
  }
}

/// The numbers along one axis.
private struct SearchLine {
  private let function: PlainFunction
  let extent: IRValue
  /// Elements from one number to the next.
  let step: IRValue

  init(_ function: PlainFunction) {
    self.function = function
    extent = function.sizes[0]
    step = function.sizes[1]
  }

  /// Place of the first number of a piece where the axis has an extent.
  func start(of piece: IRValue, extent: IRValue) -> IRValue {
    let builder = function.builder
    let outer = builder.multiply(builder.divide(piece, step), builder.multiply(step, extent))
    return builder.add(outer, builder.binary(.remainder, piece, step))
  }

  func number(_ start: IRValue, _ index: IRValue) -> IRValue {
    let builder = function.builder
    return function.number(function.sources[0], builder.add(start, builder.multiply(index, step)))
  }
}
