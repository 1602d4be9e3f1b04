internal import LLVMKit

/// A function that lays images out for windows that move over them: with what is around the image,
/// and with the columns that are a stride apart next to each other.
///
/// `[planes, H, W]` becomes `[planes, H', stride, W']`: element `y, phase, x` is the one of row
/// `y − top` and column `x · stride + phase − left`, or a fixed number outside of the image.
///
/// Sizes: `H`, `W`, `H'`, `W'`.
package struct StageKernel: Hashable, Sendable {
  let lanes: Int
  let top: Int
  let left: Int
  let stride: Int
  let outside: Float

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(name, lanes: lanes, sources: 1, targets: 1, sizes: 4, in: module, emit)
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let (height, resultHeight) = (function.sizes[0], function.sizes[2])
    let length = builder.multiply(function.sizes[3], stride)
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, [resultHeight, resultHeight])
      let y = builder.subtract(indices[1], top)
      let target = function.element(function.targets[0], builder.multiply(piece, length))
      let isOutside = builder.binary(
        .or, builder.compare(y, .less, types.int(0)),
        builder.compare(y, .greaterOrEqual, height))
      builder.ifTrue(isOutside) { fill(function, target, types.int(0), length) }
      builder.ifTrue(builder.compare(isOutside, .equal, types.int(0, types.i1))) {
        let row = builder.add(builder.multiply(indices[0], height), y)
        let source = function.element(
          function.sources[0], builder.multiply(row, function.sizes[1]))
        builder.loop(from: types.int(0), to: types.int(stride)) { phase in
          emitPhase(
            function, source,
            function.element(target, builder.multiply(phase, function.sizes[3])), phase)
        }
      }
    }
  }

  private func fill(
    _ function: PlainFunction, _ target: IRValue, _ start: IRValue, _ end: IRValue
  ) {
    function.fill(target, from: start, to: end, with: function.types.float(Double(outside)))
  }

  /// The columns of one phase of a row of the image.
  private func emitPhase(
    _ function: PlainFunction, _ source: IRValue, _ target: IRValue, _ phase: IRValue
  ) {
    let (builder, types) = (function.builder, function.types)
    let (width, end) = (function.sizes[1], function.sizes[3])
    // Columns with 0 <= x · stride + phase − left < W.
    func firstColumn(from column: IRValue) -> IRValue {
      let shifted = builder.maximum(
        builder.subtract(builder.add(column, left), phase), types.int(0))
      return builder.minimum(
        builder.divide(builder.add(shifted, stride - 1), stride), end)
    }
    let first = firstColumn(from: types.int(0))
    let last = builder.maximum(firstColumn(from: width), first)
    let shift = builder.subtract(phase, left)
    fill(function, target, types.int(0), first)
    function.forEachVector(from: first, to: last) { x, mask in
      function.setVector(
        columns(function, source, x, shift, last, mask), target, x, mask)
    }
    fill(function, target, last, end)
  }

  private func columns(
    _ function: PlainFunction, _ source: IRValue, _ x: IRValue, _ shift: IRValue,
    _ end: IRValue, _ mask: IRValue?
  ) -> IRValue {
    let builder = function.builder
    if stride == 1 { return function.vector(source, builder.add(x, shift), mask) }
    let last = builder.subtract(end, 1)
    return function.gather(source) { lane in
      let place = builder.add(x, lane)
      let inside = mask == nil ? place : builder.minimum(place, last)
      return builder.add(builder.multiply(inside, stride), shift)
    }
  }
}

/// Where a window finds its elements in what a ``StageKernel`` has laid out.
struct StagedWindow: Hashable, Sendable {
  /// Rows and columns of the window.
  let kernel: [Int]
  let stride: [Int]
  let dilation: [Int]

  /// Windows of so many columns or fewer are unrolled.
  private static let unrolled = 16

  /// Visits the columns of the window with their number and the elements to go from the row.
  func forEachColumn(
    _ builder: FunctionBuilder, phasePitch: IRValue, carrying initial: [IRValue],
    _ body: (_ column: IRValue, _ distance: IRValue, _ carried: [IRValue]) -> [IRValue]
  ) -> [IRValue] {
    let types = builder.types
    guard kernel[1] > Self.unrolled else {
      return (0..<kernel[1]).reduce(initial) { carried, column in
        let (shift, phase) = (column * dilation[1]).quotientAndRemainder(dividingBy: stride[1])
        let distance = builder.add(builder.multiply(phasePitch, phase), shift)
        return body(types.int(column), distance, carried)
      }
    }
    return builder.loop(from: types.int(0), to: types.int(kernel[1]), carrying: initial) {
      column, carried in
      let place = builder.multiply(column, dilation[1])
      let phase = builder.binary(.remainder, place, types.int(stride[1]))
      let distance = builder.add(
        builder.multiply(phasePitch, phase), builder.divide(place, stride[1]))
      return body(column, distance, carried)
    }
  }
}
