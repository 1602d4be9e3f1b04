internal import GraphIR
internal import LLVMKit

/// Brings near the core, while tiles are multiplied, what is needed after that: the inputs of the
/// tiles that come next, and the pixels that the body reads and writes.
///
/// Matrix products leave the memory idle, and a tile lies in more places than the hardware follows.
struct WinogradPrefetch {
  /// Where tiles that share a matrix product begin.
  struct Tiles {
    /// The first row.
    var row: IRValue
    /// The first column of each tile vector.
    var columns: [IRValue]
  }

  let kernel: PixelKernel
  let parameters: PixelKernel.Parameters
  let transform: WinogradTransform
  let pass: WinogradPass
  let builder: FunctionBuilder
  let current: Tiles
  let next: Tiles

  private static let lineBytes = 64

  // MARK: - Inputs

  /// Where the numbers of the next tiles begin that a plane and a block of results fetch while
  /// they go through the depth of a part: of every tile one place for each plane, and for each
  /// channel what lies as far behind it.
  ///
  /// - Parameter idle: An address near the core, for blocks that have nothing to fetch.
  func inputs(of index: Int, plane: IRValue, first: IRValue, idle: IRValue) -> [IRValue] {
    let part = kernel.parts[index]
    // Rows of bands were written a moment ago.
    guard part.image.rows == .all else { return [] }
    let points = builder.types.int(transform.points)
    let y = position(builder.divide(plane, points), from: next.row)
    let step = builder.binary(.remainder, plane, points)
    let row = parameters.parts[index].image.row(y, builder)
    let block = builder.divide(first, pass.block)
    let share = next.columns.count.ceiledQuotient(kernel.channels.ceiledQuotient(pass.block))
    return (0..<share).map { place in
      let tile = builder.add(builder.multiply(block, share), place)
      var address = idle
      for (number, column) in next.columns.enumerated() {
        let x = position(step, from: column)
        let left = builder.multiply(
          part.isWrapped ? wrapped(x) : x, part.columnBytes(lanes: kernel.lanes))
        address = builder.select(
          builder.compare(tile, .equal, builder.types.int(number)), builder.place(row, left),
          address)
      }
      return address
    }
  }

  /// The position in the image of a row or column of the inputs of a tile.
  private func position(_ step: IRValue, from start: IRValue) -> IRValue {
    builder.add(start, builder.multiply(builder.subtract(step, 1), pass.dilation))
  }

  /// Where a column just beside the strip is found in the strip.
  private func wrapped(_ x: IRValue) -> IRValue {
    let strip = builder.parameter(PixelKernel.Parameters.strip)
    let right = builder.select(
      builder.compare(x, .greaterOrEqual, strip), builder.subtract(x, strip), x)
    return builder.select(
      builder.compare(x, .less, builder.types.int(0)), builder.add(x, strip), right)
  }

  // MARK: - Pixels

  /// Fetches what the body reads and writes of a block of results: each of the first planes one of
  /// the pixels of one tile.
  func emitPixels(plane: IRValue, first: IRValue, count: Int) {
    let images = pixelImages
    guard pass.isLast, !images.isEmpty else { return }
    let (tiles, edge) = (current.columns.count, transform.results)
    builder.ifTrue(builder.compare(plane, .less, builder.types.int(edge * edge * tiles))) {
      func split(_ number: IRValue, _ size: Int) -> (quotient: IRValue, rest: IRValue) {
        let size = builder.types.int(size)
        return (builder.divide(number, size), builder.binary(.remainder, number, size))
      }
      let (pixel, tile) = split(plane, tiles)
      let (row, column) = split(pixel, edge)
      let y = builder.add(current.row, builder.multiply(row, pass.dilation))
      let start = current.columns.enumerated().reduce(current.columns[0]) { start, other in
        builder.select(
          builder.compare(tile, .equal, builder.types.int(other.offset)), other.element, start)
      }
      let x = builder.add(start, builder.multiply(column, pass.dilation))
      func place(_ storage: PixelStorage) -> IRValue {
        let vector = builder.add(builder.multiply(x, kernel.channels), first)
        return builder.multiply(vector, kernel.lanes * storage.bytes)
      }
      for (image, storage) in images {
        let address = builder.place(image.row(y, builder), place(storage))
        let bytes = count * kernel.lanes * storage.bytes
        for offset in stride(from: 0, to: bytes, by: Self.lineBytes) {
          builder.prefetch(builder.place(address, builder.types.int(offset)))
        }
      }
    }
  }

  /// The images that the body reads and writes.
  private var pixelImages: [(PixelKernel.Parameters.Image, PixelStorage)] {
    let operands = zip(kernel.operands, parameters.operands).compactMap { operand, place in
      if case .image(let image) = operand { (place, image.storage) } else { nil }
    }
    let results = zip(kernel.results, parameters.results).compactMap { result, place in
      if case .image(let image, _) = result { (place, image.storage) } else { nil }
    }
    return operands + results
  }
}
