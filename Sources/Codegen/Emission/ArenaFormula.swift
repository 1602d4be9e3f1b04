internal import LLVMKit

/// The code that computes offsets and sizes of slots from the extents of an image.
struct ArenaFormula {
  let strip: IRValue
  let slots: [(offset: IRValue, pitch: IRValue)]
  /// Bytes before the threads' scratch.
  let end: IRValue
  /// Bytes of a row of every band.
  let bandPitches: [IRValue]
  /// Bytes that every thread has for itself: scratch, then bands.
  let threadBytes: IRValue

  init(_ memory: MemoryPlan, _ builder: FunctionBuilder, height: IRValue, width: IRValue) {
    let whole = memory.lanes * StripLayout.tileColumns
    let strip = builder.multiply(
      builder.divide(builder.add(width, whole - 1), whole), StripLayout.tileColumns)
    var offset = builder.types.int(memory.fixedBytes)
    var slots: [(offset: IRValue, pitch: IRValue)] = []
    for slot in memory.slots {
      let pitch: IRValue
      switch slot.content {
      case .rowSums(let channels):
        pitch = builder.types.int(channels * memory.lanes * 4)
      case .image(let channels, let halo):
        pitch = Self.rowBytes(
          StripLayout(lanes: memory.lanes, channels: channels, halo: halo), strip, builder)
      }
      slots.append((offset, pitch))
      let size = builder.multiply(height, pitch)
      // Slots start at a cache line whatever the size of a row.
      offset = builder.add(offset, builder.multiply(builder.divide(builder.add(size, 63), 64), 64))
    }
    self.strip = strip
    self.slots = slots
    end = offset
    bandPitches = memory.bands.map { Self.rowBytes($0.layout, strip, builder) }
    threadBytes = zip(memory.bands, bandPitches).reduce(
      builder.types.int(memory.scratchBytes)
    ) { bytes, band in
      let rows = band.0.keptRows + band.0.borderRows
      return builder.add(bytes, builder.multiply(band.1, rows))
    }
  }

  /// As ``StripLayout/rowBytes(strip:)``.
  private static func rowBytes(
    _ layout: StripLayout, _ strip: IRValue, _ builder: FunctionBuilder
  ) -> IRValue {
    let bytes = builder.multiply(
      builder.add(strip, 2 * layout.halo), layout.channels * layout.lanes * 4)
    let lines = builder.divide(builder.add(bytes, 63), 64)
    return builder.multiply(builder.binary(.or, lines, builder.types.int(1)), 64)
  }
}
