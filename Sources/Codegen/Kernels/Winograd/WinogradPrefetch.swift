internal import GraphIR
internal import LLVMKit

/// Brings the inputs of the tiles that come next near the core while those before are multiplied:
/// matrix products leave the memory idle, and the inputs of one tile lie in 36 places.
struct WinogradPrefetch {
  let kernel: PixelKernel
  let schedule: WinogradSchedule
  let parameters: PixelKernel.Parameters
  let pass: WinogradPass
  let builder: FunctionBuilder
  /// The first row of the next tiles, and the first column of each tile vector.
  let row: IRValue
  let columns: [IRValue]

  private static let lineBytes = 64

  /// Fetches a share of what the plane's place in the tiles holds.
  ///
  /// - Parameter first: The first channel of a block of results; every block fetches its share of
  ///   the inputs' channels.
  func emit(plane: IRValue, first: IRValue) {
    let block = builder.divide(first, schedule.block)
    let points = builder.types.int(WinogradTransform.points)
    let step = (builder.divide(plane, points), builder.binary(.remainder, plane, points))
    for (index, part) in kernel.parts.enumerated()
    // Rows of bands were written a moment ago.
    where part.rows == .all && part.window.dilation[0] == pass.dilation {
      emit(part, parameters.parts[index].image, block: block, step: step)
    }
  }

  private func emit(
    _ part: PixelKernel.Part, _ image: PixelKernel.Parameters.Image, block: IRValue,
    step: (row: IRValue, column: IRValue)
  ) {
    let columnBytes = part.channels * kernel.vectorBytes
    let lines = columnBytes.ceiledQuotient(Self.lineBytes)
    let share = lines.ceiledQuotient(kernel.channels.ceiledQuotient(schedule.block))
    let start = builder.multiply(block, share * Self.lineBytes)
    let address = image.row(place(step.row, from: row), builder)
    for column in columns {
      let left = builder.multiply(place(step.column, from: column), columnBytes)
      let offset = builder.add(left, start)
      for line in 0..<share {
        builder.prefetch(address, builder.add(offset, line * Self.lineBytes))
      }
    }
  }

  /// A row or column of the inputs of a tile.
  private func place(_ step: IRValue, from start: IRValue) -> IRValue {
    builder.add(start, builder.multiply(builder.subtract(step, 1), pass.dilation))
  }
}
