internal import GraphIR
internal import LLVMKit

/// Writes the function that every thread of a call enters: the steps in order, rows split over the
/// threads, barriers between steps that depend on each other.
struct RunEmitter {
  let plan: Plan
  let builder: FunctionBuilder
  let symbols: Symbols
  let call: RunCall
  /// Measures the steps, if that is wanted.
  private let clock: StepClock?

  init(
    _ plan: Plan, _ symbols: Symbols, _ places: ArenaPlaces, _ clock: StepClock?,
    _ builder: FunctionBuilder
  ) {
    self.clock = clock
    self.plan = plan
    self.symbols = symbols
    self.builder = builder
    call = RunCall(plan, places, builder)
  }

  var types: TypeFactory { builder.types }

  func emit() {
    clock?.start(call, builder)
    clearZeroRows()
    transposeWeights()
    builder.loop(from: types.int(0), to: call.count) { image in
      var index = 0
      while index < plan.steps.count {
        index = emitGroup(from: index, image)
      }
      emitBarrier()
      clock?.add(to: plan.steps.count - 1, call, builder)
    }
    builder.returnVoid()
  }

  /// Fills the rows of zeros behind images, every one by another thread.
  private func clearZeroRows() {
    let slots = zip(plan.memory.slots, call.slots).filter(\.0.hasZeroRow)
    guard !slots.isEmpty else { return }
    for (number, slot) in slots.enumerated() {
      guard let extents = slot.0.extents else { continue }
      let turn = builder.binary(.remainder, types.int(number), call.threads)
      builder.ifTrue(builder.compare(turn, .equal, call.thread)) {
        let row = builder.offset(
          slot.1.address, builder.multiply(call.image(extents).height, slot.1.pitch))
        builder.loop(from: types.int(0), to: slot.1.pitch, step: 64) { place in
          builder.store(
            types.splat(types.float(0), 16), builder.offset(row, place), alignment: 64)
        }
      }
    }
  }

  /// Emits steps that need no barrier between them.
  private func emitGroup(from start: Int, _ image: IRValue) -> Int {
    // Nothing is written before the inputs are packed; other steps may read what other threads have
    // written.
    if case .pack = plan.steps[start] {} else { emitBarrier() }
    if start > 0 { clock?.add(to: start - 1, call, builder) }
    let end = endOfGroup(from: start)
    for index in start..<end {
      emit(plan.steps[index], image)
      // What others take of the last one shows when all have met.
      if index + 1 < end { clock?.add(to: index, call, builder) }
    }
    return end
  }

  /// A step can follow others without a barrier if a thread has done for itself what it reads of
  /// them, and if it writes nothing that other threads may still read.
  private func endOfGroup(from start: Int) -> Int {
    var end = start + 1
    while end < plan.steps.count {
      let next = plan.steps[end]
      let mayFollow = plan.steps[start..<end].allSatisfy { step in
        step.isOwn || step.isSmall && next.isSmall && !step.leaves(anyOf: next.operands)
      }
      guard mayFollow else { break }
      end += 1
    }
    return end
  }

  private func emit(_ step: Step, _ image: IRValue) {
    switch step {
    case .pack(let input, let value): emitPack(input, value, image)
    case .unpack(let output, let value): emitUnpack(output, value, image)
    case .pixels(let pixels): emitPixels(pixels, image)
    case .pipeline(let pipeline): emit(pipeline, image)
    case .copyChannels(let copies, let result): emitCopy(copies, result)
    case .toStrips(let source, let value):
      emitRows(.pack(value, plan), address(of: source, image), value)
    case .toRows(let value, let result):
      emitRows(.unpack(value, plan), address(of: result, image), value)
    case .moveBlocks(let move): emitBlocks(move, image)
    case .plain(let plain): emitPlain(plain, image)
    case .reduceMean(let value): emitMean(value)
    case .channels(let channels): emitChannels(channels, image)
    case .windowMeans(let means): emitMeans(means, image)
    case .scaleWeights(let weights): emitScaling(weights, image)
    }
  }

  func emitBarrier() {
    let place = RuntimeContract.Call(pointerBytes: builder.pointerBytes).barrier
    let barrier = builder.load(
      types.pointer, builder.offset(builder.parameter(0), place),
      alignment: builder.pointerBytes)
    let type = builder.functionType([types.pointer, types.i32], returning: types.void)
    builder.call(barrier, type, [builder.parameter(0), builder.parameter(1)])
  }

  // MARK: - Addresses

  func rowKernels(_ image: RunCall.Image) -> RowKernels {
    RowKernels(
      builder: builder, lanes: plan.target.lanes, width: image.width, strip: image.strip)
  }

  /// Extents of an image in the strip layout, or of the pixels that a mean was taken of.
  func extents(of value: ValueID) -> RunCall.Image {
    guard let slot = plan.memory.slotOfValue[value],
      let extents = plan.memory.slots[slot].extents
    else { preconditionFailure("an image without memory") }
    return call.image(extents)
  }

  func image(_ value: ValueID) -> RowKernels.Image {
    guard let slot = plan.memory.slotOfValue[value], let layout = plan.memory.layout(of: value)
    else { preconditionFailure("an image without memory") }
    return RowKernels.Image(
      base: builder.offset(call.slots[slot].address, layout.halo * layout.columnBytes),
      pitch: call.slots[slot].pitch, channels: layout.channels,
      halo: plan.memory.haloOfValue[value] ?? 0)
  }

  func rowSums(_ value: ValueID) -> IRValue {
    guard let slot = plan.memory.slotOfValue[value] else {
      preconditionFailure("a mean without memory")
    }
    return call.slots[slot].address
  }

  func channelNumbers(_ value: ValueID) -> IRValue {
    if let offset = plan.memory.ownChannelOffsets[value] {
      return builder.offset(call.own, offset)
    }
    guard let offset = plan.memory.channelOffsets[value] else {
      preconditionFailure("a value without memory")
    }
    return builder.offset(call.arena, offset)
  }

  /// The address of a weight or of a value of one number per channel.
  func numbers(_ value: ValueID, _ image: IRValue) -> IRValue { address(of: value, image) }

  /// The address of the first number of a value that is not in strips.
  func address(of value: ValueID, _ image: IRValue) -> IRValue {
    switch plan.layout(of: value) {
    case .strips: preconditionFailure("an image in strips has no first number")
    case .numbers: return channelNumbers(value)
    case .caller(let input): return planes(call.inputs, input, value, image).start
    case .constant:
      guard let address = symbols.constant(value) else {
        preconditionFailure("a weight was not defined")
      }
      return address
    case .rows:
      guard let slot = plan.memory.slotOfValue[value] else {
        preconditionFailure("a value without memory")
      }
      return call.slots[slot].address
    }
  }

  func address(of source: PlainCall.Source, _ image: IRValue) -> IRValue {
    let offset = builder.multiply(call.dimensions.integer(source.offset), 4)
    return builder.offset(address(of: source.value, image), offset)
  }

  func address(of weights: PartWeights) -> IRValue {
    weights.region.map(region) ?? address(of: weights.packed)
  }

  func region(_ region: Region) -> IRValue {
    builder.offset(call.own, plan.memory.regionOffsets[region.id])
  }

  // MARK: - Steps on rows

  /// The caller's memory for a value: all of it, and that of one index of the batch.
  func planes(_ table: IRValue, _ index: Int, _ value: ValueID, _ image: IRValue)
    -> (base: IRValue, start: IRValue)
  {
    let bytes = builder.pointerBytes
    let base = builder.load(types.pointer, builder.offset(table, index * bytes), alignment: bytes)
    guard plan.batch.contains(value) else { return (base, base) }
    let size = call.dimensions.integer(.product(plan.shape(of: value)) * 4)
    return (base, builder.offset(base, builder.multiply(image, size)))
  }

  private func emitPack(_ input: Int, _ value: ValueID, _ image: IRValue) {
    let planes = planes(call.inputs, input, value, image)
    emitRows(.pack(value, plan), planes.start, value)
  }

  private func emitUnpack(_ output: Int, _ value: ValueID, _ image: IRValue) {
    let planes = planes(call.outputs, output, value, image)
    builder.ifTrue(builder.compare(planes.base, .notEqual, types.null)) {
      emitRows(.unpack(value, plan), planes.start, value)
    }
  }

  /// Calls a function on the rows of an image in strips and the planes `[C, H, W]`.
  private func emitRows(_ function: SharedFunction, _ planes: IRValue, _ value: ValueID) {
    let (strips, image) = (image(value), extents(of: value))
    let one = types.int(1)
    builder.call(
      symbols.function(function),
      [
        planes, builder.multiply(image.height, image.width),
        choose(upright: image.width, transposed: one),
        choose(upright: one, transposed: image.height), strips.base, strips.pitch,
        image.rows.first, image.rows.end, image.width, image.strip,
      ])
  }

  private func emitCopy(_ copies: [ChannelCopy], _ result: ValueID) {
    let (target, rows) = (image(result), extents(of: result).rows)
    let kernels = rowKernels(extents(of: result))
    for copy in copies {
      kernels.copy(
        image(copy.source), from: copy.sourceStart, to: target, at: copy.resultStart,
        count: copy.count, rows: rows)
    }
    kernels.fillHalos(of: target, rows: rows)
  }
}
