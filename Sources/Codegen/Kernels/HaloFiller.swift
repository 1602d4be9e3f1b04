internal import LLVMKit

/// Fills the vectors beside a row from the row itself.
///
/// The column `j` to the left of strip `l` lies in strip `l − q` with `q = ⌈j / S⌉`: a vector of the
/// row with its lanes moved up by `q`, zeros coming in. An unaligned load that starts `q` numbers
/// earlier moves the lanes; a mask brings the zeros. To the right likewise.
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
      let ahead = builder.subtract(distance, 1)
      let left = limited(builder.add(builder.divide(ahead, strip), 1))
      copy(
        row, to: builder.subtract(types.int(0), distance),
        from: builder.subtract(builder.multiply(left.strips, strip), distance), left.shift,
        towardsHigherLanes: true)
      let end = builder.add(strip, ahead)
      let right = limited(builder.divide(end, strip))
      copy(
        row, to: end, from: builder.subtract(end, builder.multiply(right.strips, strip)),
        right.shift, towardsHigherLanes: false)
    }
  }

  /// Strips to move by; from `lanes` on all lanes are zero and the address must stay in the row.
  private func limited(_ strips: IRValue) -> (strips: IRValue, shift: IRValue) {
    (strips, builder.minimum(strips, builder.types.int(lanes)))
  }

  private func copy(
    _ row: IRValue, to target: IRValue, from source: IRValue, _ shift: IRValue,
    towardsHigherLanes up: Bool
  ) {
    let types = builder.types
    let bytes = builder.multiply(shift, up ? -4 : 4)
    let from = builder.offset(builder.offset(row, builder.multiply(source, columnBytes)), bytes)
    let to = builder.offset(row, builder.multiply(target, columnBytes))
    let mask = validLanes(shift, up: up)
    let vector = types.vector(types.f32, lanes)
    let zero = types.splat(types.float(0), lanes)
    builder.loop(from: types.int(0), to: types.int(columnBytes), step: vectorBytes) { place in
      let moved = builder.load(vector, builder.offset(from, place), alignment: 4)
      builder.store(
        builder.select(mask, moved, zero), builder.offset(to, place), alignment: vectorBytes)
    }
  }

  private func validLanes(_ shift: IRValue, up: Bool) -> IRValue {
    let types = builder.types
    let numbers = types.vector((0..<lanes).map { types.int($0, types.i32) })
    let narrow = builder.convert(shift, .truncate, to: types.i32)
    guard !up else {
      return builder.compare(numbers, .greaterOrEqual, builder.splat(narrow, lanes))
    }
    let limit = builder.subtract(types.int(lanes, types.i32), narrow)
    return builder.compare(numbers, .less, builder.splat(limit, lanes))
  }
}
