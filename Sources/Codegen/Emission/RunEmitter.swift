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
    case .pixels(let pixels): emitPixels(pixels)
    case .copyChannels(let copies, let result): emitCopy(copies, result)
    case .reduceMean(let value): emitMean(value)
    case .channels(let channels): emitChannels(channels)
    case .scaleWeights(let weights): emitScaling(weights)
    }
  }

  private func emitBarrier() {
    let place = RuntimeContract.Call(pointerBytes: builder.pointerBytes).barrier
    let barrier = builder.load(
      types.pointer, builder.offset(builder.parameter(0), place),
      alignment: builder.pointerBytes)
    let type = builder.functionType([types.pointer, types.i32], returning: types.void)
    builder.call(barrier, type, [builder.parameter(0), builder.parameter(1)])
  }

  // MARK: - Addresses

  private var rowKernels: RowKernels {
    RowKernels(
      builder: builder, lanes: plan.target.lanes, width: call.width, height: call.height,
      strip: call.strip)
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
  private func numbers(_ value: ValueID) -> IRValue {
    symbols.constant(value) ?? channelNumbers(value)
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
    let bytes = builder.pointerBytes
    let base = builder.load(types.pointer, builder.offset(table, index * bytes), alignment: bytes)
    let channels = plan.graph.type(of: value).channels ?? 1
    let size = builder.multiply(builder.multiply(call.height, call.width), channels * 4)
    return (base, builder.offset(base, builder.multiply(image, size)))
  }

  private func emitPack(_ input: Int, _ value: ValueID, _ image: IRValue) {
    let planes = planes(call.inputs, input, value, image)
    emitRows(.pack(value, plan), planes.start, self.image(value))
  }

  private func emitUnpack(_ output: Int, _ value: ValueID, _ image: IRValue) {
    let planes = planes(call.outputs, output, value, image)
    builder.ifTrue(builder.compare(planes.base, .notEqual, types.null)) {
      emitRows(.unpack(value, plan), planes.start, self.image(value))
    }
  }

  private func emitRows(_ function: SharedFunction, _ planes: IRValue, _ image: RowKernels.Image) {
    builder.call(
      symbols.function(function),
      [
        planes, image.base, image.pitch, call.rows.first, call.rows.end, call.height, call.width,
        call.strip,
      ])
  }

  private func emitCopy(_ copies: [ChannelCopy], _ result: ValueID) {
    let target = image(result)
    for copy in copies {
      rowKernels.copy(
        image(copy.source), from: copy.sourceStart, to: target, at: copy.resultStart,
        count: copy.count, rows: call.rows)
    }
    rowKernels.fillHalos(of: target, rows: call.rows)
  }

  /// Whole spans of rows go to the Winograd schedule, then their last columns and the rows that
  /// are left to the direct one; both kinds of rows are split over the threads.
  private func emitPixels(_ pixels: PixelCall) {
    let zero = types.int(0)
    guard let winograd = pixels.winograd else {
      return call(pixels, .direct, pixels.directWeights, rows: call.rows, firstColumn: zero)
    }
    let spans = builder.divide(call.height, winograd.span)
    let share = call.share(of: spans, builder)
    let rows = (
      builder.multiply(share.first, winograd.span), builder.multiply(share.end, winograd.span)
    )
    let columns = builder.minimum(winograd.coveredColumns(call.strip, builder), call.strip)
    call(pixels, .winograd(winograd), pixels.winogradWeights, rows: rows, firstColumn: zero)
    call(pixels, .direct, pixels.directWeights, rows: rows, firstColumn: columns)
    let done = builder.multiply(spans, winograd.span)
    let left = call.share(of: builder.subtract(call.height, done), builder)
    call(
      pixels, .direct, pixels.directWeights,
      rows: (builder.add(done, left.first), builder.add(done, left.end)), firstColumn: zero)
  }

  private func call(
    _ pixels: PixelCall, _ schedule: PixelKernel.Schedule, _ weights: [PartWeights],
    rows: (first: IRValue, end: IRValue), firstColumn: IRValue
  ) {
    var arguments = [
      rows.first, rows.end, call.height, call.width, call.strip, firstColumn, call.scratch,
    ]
    for (part, weights) in zip(pixels.call.parts, weights) {
      let input = image(part.input)
      arguments += [input.base, input.pitch, address(of: weights)]
    }
    arguments += pixels.call.bias.map(numbers)
    for operand in pixels.call.bodyOperands {
      let isImage = plan.graph.type(of: operand).isImage
      arguments += isImage ? [image(operand).base, image(operand).pitch] : [numbers(operand)]
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
    let pixels = builder.convert(
      builder.multiply(call.height, call.width), .intToFloat, to: types.f64)
    builder.call(
      symbols.function(.mean(lanes: plan.target.lanes)),
      [rowSums(value), channelNumbers(value), call.height, types.int(channels), pixels])
  }

  private func emitChannels(_ channels: FusedCall) {
    builder.call(
      symbols.function(.channels(ChannelKernel(channels, plan.graph))),
      channels.operands.map(numbers) + channels.results.map(channelNumbers))
  }

  /// Multiplies packed weights by the scale of their input channel.
  private func emitScaling(_ weights: ScaledWeights) {
    let packed = weights.packed
    let channels = packed.kernel[0]
    var source = symbols.constant(packed.source)
    var target = region(weights.region)
    for (from, run) in zip(packed.source.runs, packed.runs) {
      let function = SharedFunction.scaling(of: packed, run, plan.target)
      var arguments = [source, target, numbers(weights.scale)]
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
