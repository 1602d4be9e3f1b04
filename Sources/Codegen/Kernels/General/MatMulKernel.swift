internal import LLVMKit

/// A function that multiplies matrices: a tile of rows and vectors of columns is kept in
/// registers.
///
/// The columns of the right matrices lie next to each other. Sizes: the extents of the batch, then
/// M, N, K, the distances of rows and columns of the left matrix and of rows of the right one, then
/// the strides of the batch.
package struct MatMulKernel: Hashable, Sendable {
  let lanes: Int
  let tile: RegisterTile
  /// Strides of the batch, of the left and of the right operand.
  let left: [AxisStride]
  let right: [AxisStride]

  private var rank: Int { left.count }
  /// Columns of a tile.
  var columns: Int { lanes * tile.vectors }

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let strides = (left + right).count { $0 == .other }
    return PlainFunction.define(
      name, lanes: lanes, sources: 2, targets: 1, sizes: rank + 6 + strides, in: module, emit)
  }

  /// One tile.
  private struct Tile {
    var left: IRValue
    var right: IRValue
    var target: IRValue
    var row: IRValue
    var column: IRValue
  }

  private func emit(_ function: PlainFunction) {
    let builder = function.builder
    let batch = Array(function.sizes[..<rank])
    let (rows, columns) = (function.sizes[rank], function.sizes[rank + 1])
    var strides = function.sizes[(rank + 6)...]
    let operands = [left, right].map { StridedOperand($0, &strides) }
    func blocks(_ count: IRValue, _ size: Int) -> IRValue {
      builder.divide(builder.add(count, size - 1), size)
    }
    let counts = [blocks(columns, self.columns), blocks(rows, tile.channels)]
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, (rank == 0 ? [rows] : batch) + counts)
      let places = rank == 0 ? [] : Array(indices.dropLast(2))
      let matrix = builder.divide(piece, builder.multiply(counts[0], counts[1]))
      let target = builder.multiply(matrix, builder.multiply(rows, columns))
      let place = Tile(
        left: operands[0].address(function.sources[0], places, function),
        right: operands[1].address(function.sources[1], places, function),
        target: function.element(function.targets[0], target),
        row: builder.multiply(indices[indices.count - 1], tile.channels),
        column: builder.multiply(indices[indices.count - 2], self.columns))
      let isWhole = builder.compare(
        builder.add(place.column, self.columns), .lessOrEqual, columns)
      builder.ifTrue(isWhole) { emit(function, place, masks: []) }
      builder.ifTrue(builder.compare(isWhole, .equal, function.types.int(0, function.types.i1))) {
        let rest = builder.subtract(columns, place.column)
        emit(
          function, place,
          masks: (0..<tile.vectors).map { function.mask(below: builder.subtract(rest, $0 * lanes)) }
        )
      }
    }
  }

  private func emit(_ function: PlainFunction, _ place: Tile, masks: [IRValue]) {
    let (builder, types) = (function.builder, function.types)
    let (rows, depth) = (function.sizes[rank], function.sizes[rank + 2])
    let last = builder.subtract(rows, 1)
    let lines = (0..<tile.channels).map { row in
      // Rows behind the last one are computed like it and not stored.
      let index = builder.minimum(builder.add(place.row, row), last)
      return function.element(place.left, builder.multiply(index, function.sizes[rank + 3]))
    }
    let column = function.element(place.right, place.column)
    let zero = Array(repeating: function.math.constant(0), count: tile.channels * tile.vectors)
    let sums = builder.loop(from: types.int(0), to: depth, carrying: zero) { index, sums in
      let line = function.element(column, builder.multiply(index, function.sizes[rank + 5]))
      let numbers = (0..<tile.vectors).map { vector in
        function.vector(line, types.int(vector * lanes), masks.isEmpty ? nil : masks[vector])
      }
      let distance = builder.multiply(index, function.sizes[rank + 4])
      return lines.enumerated().flatMap { row, address in
        let factor = builder.splat(function.number(address, distance), lanes)
        return numbers.enumerated().map { vector, number in
          builder.multiplyAdd(factor, number, sums[row * tile.vectors + vector])
        }
      }
    }
    store(function, place, sums, masks)
  }

  private func store(
    _ function: PlainFunction, _ place: Tile, _ sums: [IRValue], _ masks: [IRValue]
  ) {
    let builder = function.builder
    let (rows, columns) = (function.sizes[rank], function.sizes[rank + 1])
    for row in 0..<tile.channels {
      let index = builder.add(place.row, row)
      builder.ifTrue(builder.compare(index, .less, rows)) {
        let line = builder.add(builder.multiply(index, columns), place.column)
        for vector in 0..<tile.vectors {
          function.setVector(
            sums[row * tile.vectors + vector], place.target,
            builder.add(line, vector * lanes), masks.isEmpty ? nil : masks[vector])
        }
      }
    }
  }
}
