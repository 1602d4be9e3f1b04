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
  let schedule: WinogradSchedule
  let parameters: PixelKernel.Parameters
  let pass: WinogradPass
  let builder: FunctionBuilder
  let current: Tiles
  let next: Tiles

  private static let lineBytes = 64

  /// Fetches what belongs to a plane and a block of results.
  ///
  /// - Parameter first: The first channel of the block.
  func emit(plane: IRValue, first: IRValue, count: Int) {
    emitInputs(plane: plane, first: first)
    if pass.isLast { emitPixels(plane: plane, first: first, count: count) }
  }

  // MARK: - Pixels

  /// Each of the first planes fetches one of the 4 × 4 pixels: the channels of the block.
  private func emitPixels(plane: IRValue, first: IRValue, count: Int) {
    let images = pixelImages
    guard !images.isEmpty else { return }
    builder.ifTrue(builder.compare(plane, .less, builder.types.int(16))) {
      let four = builder.types.int(4)
      let (row, column) = (builder.divide(plane, four), builder.binary(.remainder, plane, four))
      let y = builder.add(current.row, builder.multiply(row, pass.dilation))
      for image in images {
        let address = image.row(y, builder)
        for start in current.columns {
          let x = builder.add(start, builder.multiply(column, pass.dilation))
          let place = builder.add(
            builder.multiply(x, kernel.columnBytes), builder.multiply(first, kernel.vectorBytes))
          for offset in stride(from: 0, to: count * kernel.vectorBytes, by: Self.lineBytes) {
            builder.prefetch(address, builder.add(place, offset))
          }
        }
      }
    }
  }

  /// The images that the body reads and writes.
  private var pixelImages: [PixelKernel.Parameters.Image] {
    let operands = zip(kernel.operands, parameters.operands).filter { $0.0 != .perChannel }
    let results = zip(kernel.results, parameters.results).filter { $0.0 != .rowSums }
    return operands.map(\.1) + results.map(\.1)
  }

  // MARK: - Inputs

  /// Each of the last planes fetches one place of the next tiles, and every block its share of the
  /// inputs' channels there.
  private func emitInputs(plane: IRValue, first: IRValue) {
    let points = WinogradTransform.points
    // The first two columns of a tile of dilation 1 are the last ones of the tile before.
    let known = pass.dilation == 1 ? 2 : 0
    let columns = points - known
    let place = builder.subtract(plane, points * known)
    builder.ifTrue(builder.compare(place, .greaterOrEqual, builder.types.int(0))) {
      let row = builder.divide(place, builder.types.int(columns))
      let column = builder.binary(.remainder, place, builder.types.int(columns))
      let block = builder.divide(first, pass.block)
      for (index, part) in kernel.parts.enumerated()
      // Rows of bands were written a moment ago.
      where part.rows == .all && part.window.dilation[0] == pass.dilation {
        emit(
          part, parameters.parts[index].image, block: block,
          place: (row, builder.add(column, known)))
      }
    }
  }

  private func emit(
    _ part: PixelKernel.Part, _ image: PixelKernel.Parameters.Image, block: IRValue,
    place: (row: IRValue, column: IRValue)
  ) {
    let columnBytes = part.channels * kernel.vectorBytes
    let lines = columnBytes.ceiledQuotient(Self.lineBytes)
    let share = lines.ceiledQuotient(kernel.channels.ceiledQuotient(pass.block))
    let start = builder.multiply(block, share * Self.lineBytes)
    let address = image.row(position(place.row, from: next.row), builder)
    for column in next.columns {
      let left = builder.multiply(position(place.column, from: column), columnBytes)
      let offset = builder.add(left, start)
      for line in 0..<share {
        builder.prefetch(address, builder.add(offset, line * Self.lineBytes))
      }
    }
  }

  /// The position in the image of a row or column of the inputs of a tile.
  private func position(_ step: IRValue, from start: IRValue) -> IRValue {
    builder.add(start, builder.multiply(builder.subtract(step, 1), pass.dilation))
  }
}
