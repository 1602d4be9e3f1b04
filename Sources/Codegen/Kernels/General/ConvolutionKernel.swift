internal import GraphIR
internal import LLVMKit

/// A function that convolves images in row-major order that were laid out by a ``StageKernel``.
///
/// A piece of work is one row of a block of output channels; a tile of them is kept in registers.
/// Weights are read as they are, `[K, C, R, S]`, so that they may be computed.
///
/// Sources: the image, the weight, the bias if there is one. Sizes: rows and columns of the
/// result; elements from plane to plane, row to row and phase to phase of the image.
package struct ConvolutionKernel: Hashable, Sendable {
  let lanes: Int
  let window: StagedWindow
  let groups: Int
  /// Channels of one group.
  let inputs: Int
  let outputs: Int
  let hasBias: Bool
  let tile: RegisterTile

  /// Blocks of output channels of one group.
  private var blocks: Int { outputs.ceiledQuotient(tile.channels) }
  /// Weights of one output channel.
  private var filter: Int { inputs * window.kernel[0] * window.kernel[1] }
  /// Pieces of work for one row of an image.
  var piecesPerRow: Int { groups * blocks }

  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    PlainFunction.define(
      name, lanes: lanes, sources: hasBias ? 3 : 2, targets: 1, sizes: 5, in: module, emit)
  }

  /// The row of a block that is computed.
  private struct Row {
    var input: IRValue
    var weights: IRValue
    var bias: IRValue?
    var target: IRValue
  }

  private func emit(_ function: PlainFunction) {
    let (builder, types) = (function.builder, function.types)
    let (height, width, plane) = (function.sizes[0], function.sizes[1], function.sizes[2])
    function.forEachPiece { piece in
      let indices = function.indices(of: piece, [height, types.int(piecesPerRow), height])
      let (image, y) = (indices[0], indices[2])
      let group = builder.divide(indices[1], blocks)
      let block = builder.binary(.remainder, indices[1], types.int(blocks))
      let output = builder.add(
        builder.multiply(group, outputs), builder.multiply(block, tile.channels))
      let input = builder.multiply(
        builder.add(builder.multiply(image, groups * inputs), builder.multiply(group, inputs)),
        plane)
      let first = builder.multiply(builder.multiply(y, window.stride[0]), function.sizes[3])
      let line = builder.add(
        builder.multiply(
          builder.add(builder.multiply(image, groups * outputs), output), height), y)
      let row = Row(
        input: function.element(function.sources[0], builder.add(input, first)),
        weights: function.element(function.sources[1], builder.multiply(output, filter)),
        bias: hasBias ? function.element(function.sources[2], output) : nil,
        target: function.element(function.targets[0], builder.multiply(line, width)))
      emitBlock(function, row, block)
    }
  }

  /// The last block of a group may be a narrower one.
  private func emitBlock(_ function: PlainFunction, _ row: Row, _ block: IRValue) {
    let (builder, types) = (function.builder, function.types)
    let rest = outputs % tile.channels
    guard rest > 0 else { return emitRow(function, row, channels: tile.channels) }
    let last = types.int(blocks - 1)
    if blocks > 1 {
      builder.ifTrue(builder.compare(block, .less, last)) {
        emitRow(function, row, channels: tile.channels)
      }
    }
    builder.ifTrue(builder.compare(block, .equal, last)) {
      emitRow(function, row, channels: rest)
    }
  }

  private func emitRow(_ function: PlainFunction, _ row: Row, channels: Int) {
    let (builder, types) = (function.builder, function.types)
    let width = function.sizes[1]
    let step = lanes * tile.vectors
    let whole = builder.subtract(
      width, builder.binary(.remainder, width, types.int(step)))
    builder.loop(from: types.int(0), to: whole, step: step) { x in
      emitTile(function, row, x, channels: channels, vectors: tile.vectors, mask: nil)
    }
    function.forEachVector(from: whole, to: width) { x, mask in
      emitTile(function, row, x, channels: channels, vectors: 1, mask: mask)
    }
  }

  private func emitTile(
    _ function: PlainFunction, _ row: Row, _ x: IRValue, channels: Int, vectors: Int,
    mask: IRValue?
  ) {
    let (builder, types) = (function.builder, function.types)
    let start = (0..<channels).flatMap { channel in
      let bias = row.bias.map { function.number($0, types.int(channel)) } ?? types.float(0)
      return Array(repeating: builder.splat(bias, lanes), count: vectors)
    }
    let input = function.element(row.input, x)
    let taps = window.kernel[0] * window.kernel[1]
    let sums = builder.loop(
      from: types.int(0), to: types.int(window.kernel[0]), carrying: start
    ) { kernelRow, sums in
      let distance = builder.multiply(
        builder.multiply(kernelRow, window.dilation[0]), function.sizes[3])
      let line = function.element(input, distance)
      let weights = function.element(
        row.weights, builder.multiply(kernelRow, window.kernel[1]))
      return builder.loop(from: types.int(0), to: types.int(inputs), carrying: sums) {
        channel, sums in
        multiply(
          function, function.element(line, builder.multiply(channel, function.sizes[2])),
          function.element(weights, builder.multiply(channel, taps)), sums, vectors, mask)
      }
    }
    for channel in 0..<channels {
      let target = function.element(
        row.target,
        builder.multiply(builder.multiply(function.sizes[0], function.sizes[1]), channel))
      for vector in 0..<vectors {
        function.setVector(
          sums[channel * vectors + vector], target, builder.add(x, vector * lanes), mask)
      }
    }
  }

  /// One input channel and one row of the kernel.
  private func multiply(
    _ function: PlainFunction, _ line: IRValue, _ weights: IRValue, _ sums: [IRValue],
    _ vectors: Int, _ mask: IRValue?
  ) -> [IRValue] {
    let builder = function.builder
    return window.forEachColumn(builder, phasePitch: function.sizes[4], carrying: sums) {
      column, distance, sums in
      let pixels = (0..<vectors).map {
        function.vector(line, builder.add(distance, $0 * lanes), mask)
      }
      var sums = sums
      for channel in 0..<sums.count / vectors {
        let weight = builder.splat(
          function.number(weights, builder.add(column, channel * filter)), lanes)
        for vector in 0..<vectors {
          let place = channel * vectors + vector
          sums[place] = builder.multiplyAdd(pixels[vector], weight, sums[place])
        }
      }
      return sums
    }
  }
}
