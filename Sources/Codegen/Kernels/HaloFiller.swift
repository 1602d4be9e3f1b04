internal import LLVMKit

/// Fills the vectors beside a row from the row itself.
struct HaloFiller {
  let vectors: PixelVectors
  let layout: StripLayout
  /// Vectors of the strip.
  let strip: IRValue

  private var builder: FunctionBuilder { vectors.math.builder }

  init(
    _ layout: StripLayout, strip: IRValue, _ builder: FunctionBuilder, roundsAtOnce: Bool = false
  ) {
    self.layout = layout
    self.strip = strip
    vectors = PixelVectors(
      math: VectorMath(builder: builder, lanes: layout.lanes), roundsAtOnce: roundsAtOnce)
  }

  /// - Parameter row: Address of column vector 0.
  func fill(row: IRValue) {
    let types = builder.types
    builder.loop(from: types.int(1), to: types.int(layout.halo + 1)) { distance in
      copy(row, to: builder.subtract(types.int(0), distance))
      copy(row, to: builder.add(strip, builder.subtract(distance, 1)))
    }
  }

  private func copy(_ row: IRValue, to x: IRValue) {
    let column = WrappedColumn(
      x, reach: layout.halo, strip: strip, columnBytes: layout.columnBytes, layout.storage,
      vectors.math)
    let target = builder.offset(row, builder.multiply(x, layout.columnBytes))
    builder.loop(
      from: builder.types.int(0), to: builder.types.int(layout.columnBytes),
      step: layout.vectorBytes
    ) { place in
      vectors.store(
        column.load(builder.offset(row, place), vectors), builder.offset(target, place),
        layout.storage)
    }
  }
}
