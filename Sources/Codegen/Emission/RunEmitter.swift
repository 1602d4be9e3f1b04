internal import GraphIR
internal import LLVMKit

/// Writes the function that every thread of a call enters: the steps in order, rows split over the
/// threads, barriers between steps that depend on each other.
struct RunEmitter {
  let plan: Plan
  let builder: FunctionBuilder
  private let symbols: Symbols
  private let call: RunCall

  init(_ plan: Plan, _ symbols: Symbols, _ builder: FunctionBuilder) {
    self.plan = plan
    self.symbols = symbols
    self.builder = builder
    call = RunCall(plan, builder)
  }

  private var types: TypeFactory { builder.types }

  func emit() {
    builder.loop(from: types.int(0), to: call.count) { image in
      var index = 0
      while index < plan.steps.count {
        index = emitGroup(from: index, image)
      }
      emitBarrier()
    }
    builder.returnVoid()
  }

  /// Emits one parallel step, or all serial steps that follow each other.
  private func emitGroup(from start: Int, _ image: IRValue) -> Int {
    guard plan.steps[start].isSerial else {
      // Nothing is written before the inputs are packed; other steps may read rows that other
      // threads have written.
      if case .pack = plan.steps[start] {} else { emitBarrier() }
      emit(plan.steps[start], image)
      return start + 1
    }
    let end = plan.steps[start...].firstIndex { !$0.isSerial } ?? plan.steps.count
    emitBarrier()
    builder.ifTrue(builder.compare(call.thread, .equal, types.int(0))) {
      for step in plan.steps[start..<end] { emit(step, image) }
    }
    return end
  }

  private func emit(_ step: Step, _ image: IRValue) {
    switch step {
    case .pack(let input, let value): emitPack(input, value, image)
    case .unpack(let output, let value): emitUnpack(output, value, image)
    case .pixels(let pixels): emitPixels(pixels, image)
    case .copyChannels(let copies, let result): emitCopy(copies, result)
    case .toStrips(let source, let value):
      emitRows(.pack(value, plan), address(of: source, image), value)
    case .toRows(let value, let result):
      emitRows(.unpack(value, plan), address(of: result, image), value)
    case .moveBlocks(let move): emitBlocks(move, image)
    case .plain(let plain): emitPlain(plain, image)
    case .reduceMean(let value): emitMean(value)
    case .channels(let channels): emitChannels(channels, image)
    case .scaleWeights(let weights): emitScaling(weights, image)
    }
  }

  private func emitBarrier() {
    let barrier = builder.load(
      types.pointer, builder.offset(builder.parameter(0), RuntimeContract.Call.barrier),
      alignment: 8)
    let type = builder.functionType([types.pointer, types.i32], returning: types.void)
    builder.call(barrier, type, [builder.parameter(0), builder.parameter(1)])
  }

  // MARK: - Addresses

  private func rowKernels(_ image: RunCall.Image) -> RowKernels {
    RowKernels(
      builder: builder, lanes: plan.target.lanes, width: image.width, height: image.height,
      strip: image.strip)
  }

  /// Extents of an image in the strip layout, or of the pixels that a mean was taken of.
  private func extents(of value: ValueID) -> RunCall.Image {
    guard let slot = plan.memory.slotOfValue[value],
      let extents = plan.memory.slots[slot].extents
    else { preconditionFailure("an image without memory") }
    return call.image(extents)
  }

  private func image(_ value: ValueID) -> RowKernels.Image {
    guard let slot = plan.memory.slotOfValue[value], let layout = plan.memory.layout(of: value)
    else { preconditionFailure("an image without memory") }
    return RowKernels.Image(
      base: builder.offset(call.slots[slot].address, layout.halo * layout.columnBytes),
      pitch: call.slots[slot].pitch, channels: layout.channels,
      halo: plan.memory.haloOfValue[value] ?? 0)
  }

  private func rowSums(_ value: ValueID) -> IRValue {
    guard let slot = plan.memory.slotOfValue[value] else {
      preconditionFailure("a mean without memory")
    }
    return call.slots[slot].address
  }

  private func channelNumbers(_ value: ValueID) -> IRValue {
    guard let offset = plan.memory.channelOffsets[value] else {
      preconditionFailure("a value without memory")
    }
    return builder.offset(call.arena, offset)
  }

  /// The address of a weight or of a value of one number per channel.
  private func numbers(_ value: ValueID, _ image: IRValue) -> IRValue { address(of: value, image) }

  /// The address of the first number of a value that is not in strips.
  private func address(of value: ValueID, _ image: IRValue) -> IRValue {
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

  private func address(of source: PlainCall.Source, _ image: IRValue) -> IRValue {
    let offset = builder.multiply(call.dimensions.integer(source.offset), 4)
    return builder.offset(address(of: source.value, image), offset)
  }

  private func address(of weights: PartWeights) -> IRValue {
    weights.region.map(region) ?? symbols.constant(weights.packed)
  }

  private func region(_ region: Region) -> IRValue {
    builder.offset(call.arena, plan.memory.regionOffsets[region.id])
  }

  // MARK: - Steps on rows

  /// Planes of one image of the batch.
  private func planes(_ table: IRValue, _ index: Int, _ value: ValueID, _ image: IRValue)
    -> (base: IRValue, start: IRValue)
  {
    let base = builder.load(types.pointer, builder.offset(table, index * 8), alignment: 8)
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
    builder.call(
      symbols.function(function),
      [
        planes, strips.base, strips.pitch, image.rows.first, image.rows.end, image.height,
        image.width, image.strip,
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

  /// Rows of the result are split over the threads.
  private func emitBlocks(_ move: BlockMove, _ image: IRValue) {
    let kernel = BlockKernel(move, plan)
    func arguments(_ value: ValueID, _ rows: IRValue) -> [IRValue] {
      let shape = plan.shape(of: value)
      let extents = shape[2...].map(call.dimensions.integer)
      guard plan.layout(of: value) == .strips else {
        return [rows, types.int(0)] + extents + [types.int(0)]
      }
      let strips = self.image(value)
      return [strips.base, strips.pitch] + extents + [self.extents(of: value).strip]
    }
    let source =
      kernel.source == nil ? address(of: move.source, image) : types.null
    let target = kernel.result == nil ? address(of: move.result, image) : types.null
    let rows = call.share(
      of: call.dimensions.integer(plan.shape(of: move.result)[2]), builder)
    builder.call(
      symbols.function(.blocks(kernel)),
      arguments(move.source.value, source) + arguments(move.result, target)
        + [rows.first, rows.end])
  }

  /// Pieces of work are split over the threads.
  private func emitPlain(_ plain: PlainCall, _ image: IRValue) {
    let share = call.share(of: call.dimensions.integer(plain.work), builder)
    var wanted: IRValue?
    let targets = plain.targets.map { target -> IRValue in
      switch target {
      case .value(let value, let offset):
        let bytes = builder.multiply(call.dimensions.integer(offset), 4)
        return builder.offset(address(of: value, image), bytes)
      case .output(let output):
        let planes = planes(call.outputs, output, plan.graph.outputs[output].value, image)
        wanted = builder.compare(planes.base, .notEqual, types.null)
        return planes.start
      }
    }
    func emit() {
      builder.call(
        symbols.function(.plain(plain.kernel)),
        plain.sources.map { address(of: $0, image) } + targets
          + plain.sizes.map(call.dimensions.integer) + [share.first, share.end])
    }
    if let wanted { builder.ifTrue(wanted, emit) } else { emit() }
  }

  /// Whole spans of rows go to the Winograd schedule, then their last columns and the rows that
  /// are left to the direct one; both kinds of rows are split over the threads.
  private func emitPixels(_ pixels: PixelCall, _ index: IRValue) {
    let zero = types.int(0)
    let image = call.image(pixels.extents)
    func emit(
      _ schedule: PixelKernel.Schedule, _ weights: [PartWeights],
      rows: (first: IRValue, end: IRValue), firstColumn: IRValue
    ) {
      emitCall(pixels, schedule, weights, rows: rows, firstColumn: firstColumn, index)
    }
    guard let winograd = pixels.winograd else {
      return emit(.direct, pixels.directWeights, rows: image.rows, firstColumn: zero)
    }
    let spans = builder.divide(image.height, winograd.span)
    let share = call.share(of: spans, builder)
    let rows = (
      builder.multiply(share.first, winograd.span), builder.multiply(share.end, winograd.span)
    )
    let columns = builder.minimum(winograd.coveredColumns(image.strip, builder), image.strip)
    emit(.winograd(winograd), pixels.winogradWeights, rows: rows, firstColumn: zero)
    emit(.direct, pixels.directWeights, rows: rows, firstColumn: columns)
    let done = builder.multiply(spans, winograd.span)
    let left = call.share(of: builder.subtract(image.height, done), builder)
    emit(
      .direct, pixels.directWeights,
      rows: (builder.add(done, left.first), builder.add(done, left.end)), firstColumn: zero)
  }

  private func emitCall(
    _ pixels: PixelCall, _ schedule: PixelKernel.Schedule, _ weights: [PartWeights],
    rows: (first: IRValue, end: IRValue), firstColumn: IRValue, _ index: IRValue
  ) {
    let extents = call.image(pixels.extents)
    var arguments = [
      rows.first, rows.end, extents.height, extents.width, extents.strip, firstColumn, call.scratch,
    ]
    for (part, weights) in zip(pixels.call.parts, weights) {
      let input = image(part.input)
      arguments += [input.base, input.pitch, address(of: weights)]
    }
    arguments += pixels.call.bias.map { numbers($0, index) }
    for operand in pixels.call.bodyOperands {
      let isImage = plan.graph.type(of: operand).isImage
      arguments += isImage ? [image(operand).base, image(operand).pitch] : [numbers(operand, index)]
    }
    for (yield, result) in zip(pixels.call.fused.body.yields, pixels.call.results) {
      arguments += yield.isMean ? [rowSums(result)] : [image(result).base, image(result).pitch]
    }
    let kernel = PixelKernel(pixels, plan)
    builder.call(symbols.function(.pixels(kernel, schedule)), arguments)
  }

  // MARK: - Serial steps

  private func emitMean(_ value: ValueID) {
    let channels = plan.graph.type(of: value).channels ?? 1
    let image = extents(of: value)
    let pixels = builder.convert(
      builder.multiply(image.height, image.width), .intToFloat, to: types.f64)
    builder.call(
      symbols.function(.mean(lanes: plan.target.lanes)),
      [rowSums(value), channelNumbers(value), image.height, types.int(channels), pixels])
  }

  private func emitChannels(_ channels: FusedCall, _ image: IRValue) {
    builder.call(
      symbols.function(.channels(ChannelKernel(channels, plan.graph))),
      channels.operands.map { numbers($0, image) } + channels.results.map(channelNumbers))
  }

  /// Multiplies packed weights by the scale of their input channel.
  private func emitScaling(_ weights: ScaledWeights, _ image: IRValue) {
    let packed = weights.packed
    let channels = packed.kernel[0]
    var source = symbols.constant(packed.source)
    var target = region(weights.region)
    for (from, run) in zip(packed.source.runs, packed.runs) {
      let function = SharedFunction.scaling(of: packed, run, plan.target)
      var arguments = [source, target, numbers(weights.scale, image)]
      if case .winograd = packed.order {
        arguments += [types.int(run.repetitions / WinogradTransform.planes), types.int(channels)]
      } else {
        arguments += [types.int(run.repetitions), types.int(channels), types.int(run.width)]
      }
      builder.call(symbols.function(function), arguments)
      source = builder.offset(source, from.repetitions * channels * from.width * 4)
      target = builder.offset(target, run.repetitions * channels * run.width * 4)
    }
  }
}
