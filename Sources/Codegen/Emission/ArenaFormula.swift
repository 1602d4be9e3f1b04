internal import LLVMKit

/// The code that computes offsets and sizes of slots from the extents of an image.
struct ArenaFormula {
  let strip: IRValue
  let slots: [(offset: IRValue, pitch: IRValue)]
  /// Bytes before the threads' scratch.
  let end: IRValue

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
        let bytes = builder.multiply(
          builder.add(strip, 2 * halo), channels * memory.lanes * 4)
        let lines = builder.divide(builder.add(bytes, 63), 64)
        pitch = builder.multiply(builder.binary(.or, lines, builder.types.int(1)), 64)
      }
      slots.append((offset, pitch))
      let size = builder.multiply(height, pitch)
      // Slots start at a cache line whatever the size of a row.
      offset = builder.add(offset, builder.multiply(builder.divide(builder.add(size, 63), 64), 64))
    }
    self.strip = strip
    self.slots = slots
    end = offset
  }
}
