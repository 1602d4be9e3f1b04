internal import GraphIR
internal import LLVMKit

/// What every thread works out first of a call: its extents, its memory and this thread's share.
struct RunCall {
  let thread: IRValue
  let threads: IRValue
  let dimensions: DimensionEmitter
  /// Indices of the batch.
  let count: IRValue
  let arena: IRValue
  let inputs: IRValue
  let outputs: IRValue
  /// Memory of this thread alone: numbers and weights that it computes for itself.
  let own: IRValue
  /// The kernels' scratch behind it.
  let scratch: IRValue
  /// For every slot, its address and the bytes of a row.
  let slots: [(address: IRValue, pitch: IRValue)]
  /// For every band, the bytes of a row.
  let bandPitches: [IRValue]
  /// Bytes from the scratch of one thread to that of the next.
  let threadBytes: IRValue
  /// Whether images are transposed; nil where they never are.
  let isTransposed: IRValue?
  /// The address of the weights for transposed images.
  let transposedWeights: IRValue
  private let images: [Extents: Image]

  /// The extents of images as they are computed, and this thread's share of their rows.
  struct Image {
    let height: IRValue
    let width: IRValue
    let strip: IRValue
    let rows: (first: IRValue, end: IRValue)
  }
}

extension RunCall {
  init(_ plan: Plan, _ places: ArenaPlaces, _ builder: FunctionBuilder) {
    let types = builder.types
    let layout = RuntimeContract.Call(pointerBytes: builder.pointerBytes)
    func field(_ place: Int) -> IRValue {
      builder.load(
        types.pointer, builder.offset(builder.parameter(0), place),
        alignment: builder.pointerBytes)
    }
    let thread = builder.convert(builder.parameter(1), .signExtend, to: types.i64)
    let threads = builder.convert(builder.parameter(2), .signExtend, to: types.i64)
    let arena = field(layout.arena)
    self.thread = thread
    self.threads = threads
    self.arena = arena
    inputs = field(layout.inputs)
    outputs = field(layout.outputs)
    let symbols = field(layout.symbols)
    dimensions = DimensionEmitter(plan.graph.inputSymbols, at: symbols, builder)
    count = dimensions.integer(plan.batch.extent)
    let memory = places.emit(symbols: symbols, builder)
    slots = memory.slots.map { (builder.offset(arena, $0.offset), $0.pitch) }
    bandPitches = memory.bandPitches
    isTransposed = memory.isTransposed.map { builder.compare($0, .notEqual, types.int(0)) }
    transposedWeights = builder.offset(arena, memory.transposedWeights)
    threadBytes = memory.threadBytes
    own = builder.offset(
      arena, builder.add(memory.end, builder.multiply(thread, memory.threadBytes)))
    scratch = builder.offset(own, plan.memory.ownBytes)
    images = Dictionary(
      uniqueKeysWithValues: memory.images.map { extents, image in
        (
          extents,
          Image(
            height: image.height, width: image.width, strip: image.strip,
            rows: Self.share(of: image.height, thread, threads, builder))
        )
      })
  }

  /// What is known of images of some extents.
  func image(_ extents: Extents) -> Image {
    guard let image = images[extents] else { preconditionFailure("no image of these extents") }
    return image
  }

  /// This thread's share of a number of things in a row.
  func share(of count: IRValue, _ builder: FunctionBuilder) -> (first: IRValue, end: IRValue) {
    Self.share(of: count, thread, threads, builder)
  }

  static func share(
    of count: IRValue, _ thread: IRValue, _ threads: IRValue, _ builder: FunctionBuilder
  ) -> (first: IRValue, end: IRValue) {
    (
      builder.divide(builder.multiply(count, thread), threads),
      builder.divide(builder.multiply(count, builder.add(thread, 1)), threads)
    )
  }
}
