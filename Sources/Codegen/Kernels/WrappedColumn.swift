internal import GraphIR
internal import LLVMKit

/// A column of an image as the row itself holds it, wherever the column lies.
///
/// Lane `l` of column `x` is column `l·S + x` of the image. Beside the strip, where `x` is not in
/// `0 ..< S`, that is lane `l + k` of column `x − k·S` with `k = ⌊x / S⌋`: an unaligned load that
/// starts `k` numbers later moves the lanes, and lanes that do not exist are zero.
struct WrappedColumn {
  /// Bytes from column 0 of the row to the vector, which is not aligned.
  let offset: IRValue
  /// The lanes that exist.
  let mask: IRValue
  /// What the numbers of the row are.
  let storage: PixelStorage

  /// - Parameters:
  ///   - x: Not less than `−reach`.
  ///   - strip: Vectors of the strip, a multiple of ``StripLayout/tileColumns``.
  ///   - columnBytes: Bytes between neighbouring vectors.
  init(
    _ x: IRValue, reach: Int, strip: IRValue, columnBytes: Int, _ storage: PixelStorage,
    _ math: VectorMath
  ) {
    let (builder, lanes) = (math.builder, math.lanes)
    self.storage = storage
    let types = builder.types
    // Division rounds towards zero.
    let before = reach.ceiledQuotient(StripLayout.tileColumns)
    let strips = builder.subtract(
      builder.divide(builder.add(x, builder.multiply(strip, before)), strip), before)
    let source = builder.subtract(x, builder.multiply(strips, strip))
    // From `lanes` strips on no lane exists, and the address must stay near the row.
    let shift = builder.maximum(
      builder.minimum(strips, types.int(lanes)), types.int(-lanes))
    offset = builder.add(
      builder.multiply(source, columnBytes), builder.multiply(shift, storage.bytes))
    let narrow = builder.splat(builder.convert(shift, .truncate, to: types.i32), lanes)
    let numbers = types.vector((0..<lanes).map { types.int($0, types.i32) })
    let lane = builder.add(numbers, narrow)
    mask = builder.binary(
      .and, builder.compare(lane, .greaterOrEqual, types.splat(types.int(0, types.i32), lanes)),
      builder.compare(lane, .less, types.splat(types.int(lanes, types.i32), lanes)))
  }

  /// The vector, from the address of column 0.
  func load(_ row: IRValue, _ vectors: PixelVectors) -> IRValue {
    let builder = vectors.math.builder
    let vector = vectors.load(builder.offset(row, offset), storage, alignment: storage.bytes)
    return builder.select(mask, vector, vectors.math.constant(0))
  }
}
