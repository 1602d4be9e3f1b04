internal import GraphIR
internal import LLVMKit

/// The code that computes offsets and sizes of slots from the symbols.
struct ArenaFormula {
  /// Extents of images.
  struct Image {
    let height: IRValue
    let width: IRValue
    let strip: IRValue
  }

  /// Images as they are computed, by their extents.
  let images: [(extents: Extents, image: Image)]
  /// 1 where they are transposed, otherwise 0; nil where they never are.
  let isTransposed: IRValue?
  /// Where weights for transposed images begin.
  let transposedWeights: IRValue
  let slots: [(offset: IRValue, pitch: IRValue)]
  /// Bytes before the memory of the first thread.
  let end: IRValue
  /// Bytes of a row of every band.
  let bandPitches: [IRValue]
  /// Bytes that every thread has for itself: numbers and weights, scratch, then bands.
  let threadBytes: IRValue
}

extension ArenaFormula {
  init(_ memory: MemoryPlan, _ dimensions: DimensionEmitter) {
    let builder = dimensions.builder
    let isTransposed = memory.strips.transposition?.emitApplies(dimensions, lanes: memory.lanes)
    var images: [Extents: Image] = [:]
    var order: [Extents] = []
    let all = memory.slots.compactMap(\.extents) + memory.bands.map(\.extents)
    for extents in all where images[extents] == nil {
      order.append(extents)
      images[extents] = Self.image(extents, isTransposed, lanes: memory.lanes, dimensions)
    }
    var offset = builder.types.int(memory.fixedBytes)
    var slots: [(offset: IRValue, pitch: IRValue)] = []
    for slot in memory.slots {
      let image = slot.extents.flatMap { images[$0] }
      let pitch = Self.pitch(of: slot, in: memory, strip: image?.strip, dimensions)
      slots.append((offset, pitch))
      let size =
        image.map {
          builder.multiply(builder.add($0.height, slot.hasZeroRow ? 1 : 0), pitch)
        } ?? pitch
      // Slots start at a cache line whatever the size of a row.
      offset = builder.add(offset, builder.multiply(builder.divide(builder.add(size, 63), 64), 64))
    }
    let transposedWeights = offset
    if let isTransposed, let bytes = memory.strips.transposition?.weightBytes {
      let weights = builder.select(isTransposed, builder.types.int(bytes), builder.types.int(0))
      offset = builder.add(offset, weights)
    }
    let bandPitches = memory.bands.map { band in
      Self.rowBytes(band.layout, images[band.extents]?.strip ?? builder.types.int(0), builder)
    }
    let threadBytes = zip(memory.bands, bandPitches).reduce(
      builder.types.int(memory.ownBytes + memory.scratchBytes)
    ) { bytes, band in
      let rows = band.0.keptRows + band.0.borderRows
      return builder.add(bytes, builder.multiply(band.1, rows))
    }
    self.init(
      images: order.compactMap { extents in images[extents].map { (extents, $0) } },
      isTransposed: isTransposed.map {
        builder.select($0, builder.types.int(1), builder.types.int(0))
      },
      transposedWeights: transposedWeights, slots: slots, end: offset, bandPitches: bandPitches,
      threadBytes: threadBytes)
  }

  /// As ``StripLayout/rowBytes(strip:)``.
  private static func rowBytes(
    _ layout: StripLayout, _ strip: IRValue, _ builder: FunctionBuilder
  ) -> IRValue {
    let bytes = builder.multiply(
      builder.add(strip, 2 * layout.halo), layout.columnBytes)
    let lines = builder.divide(builder.add(bytes, 63), 64)
    return builder.multiply(builder.binary(.or, lines, builder.types.int(1)), 64)
  }

  private static func image(
    _ extents: Extents, _ isTransposed: IRValue?, lanes: Int, _ dimensions: DimensionEmitter
  ) -> Image {
    let builder = dimensions.builder
    let rows = dimensions.integer(extents.height)
    let columns = dimensions.integer(extents.width)
    let height = isTransposed.map { builder.select($0, columns, rows) } ?? rows
    let width = isTransposed.map { builder.select($0, rows, columns) } ?? columns
    return Image(
      height: height, width: width, strip: StripLayout.strip(width: width, lanes: lanes, builder))
  }

  /// Bytes of a row of a slot, or of all of it where it has none.
  private static func pitch(
    of slot: MemoryPlan.Slot, in memory: MemoryPlan, strip: IRValue?,
    _ dimensions: DimensionEmitter
  ) -> IRValue {
    let builder = dimensions.builder
    switch slot.content {
    case .rowSums(let channels): return builder.types.int(channels * memory.lanes * 4)
    case .rows(let count): return builder.multiply(dimensions.integer(count), 4)
    case .image:
      guard let layout = memory.layout(of: slot.content) else { return builder.types.int(0) }
      return rowBytes(layout, strip ?? builder.types.int(0), builder)
    }
  }
}
