internal import LLVMKit

/// Fills the vectors beside a row from the row itself.
struct HaloFiller {
  let builder: FunctionBuilder
  let lanes: Int
  let channels: Int
  let halo: Int
  /// Vectors of the strip.
  let strip: IRValue

  private var vectorBytes: Int { lanes * 4 }
  private var columnBytes: Int { channels * vectorBytes }

  /// - Parameter row: Address of column vector 0.
  func fill(row: IRValue) {
    let types = builder.types
    builder.loop(from: types.int(1), to: types.int(halo + 1)) { distance in
      copy(row, to: builder.subtract(types.int(0), distance))
      copy(row, to: builder.add(strip, builder.subtract(distance, 1)))
    }
  }

  private func copy(_ row: IRValue, to x: IRValue) {
    let column = WrappedColumn(
      x, reach: halo, strip: strip, lanes: lanes, columnBytes: columnBytes, builder)
    let target = builder.offset(row, builder.multiply(x, columnBytes))
    builder.loop(
      from: builder.types.int(0), to: builder.types.int(columnBytes), step: vectorBytes
    ) { place in
      builder.store(
        column.load(builder.offset(row, place), lanes: lanes, builder),
        builder.offset(target, place), alignment: vectorBytes)
    }
  }
}
