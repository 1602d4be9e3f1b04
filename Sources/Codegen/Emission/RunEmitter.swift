internal import GraphIR
internal import LLVMKit

/// Writes the function that every thread of a call enters: the steps in order, rows split over the
/// threads, barriers between steps that depend on each other.
struct RunEmitter {
  let plan: Plan
  let builder: FunctionBuilder
  let symbols: Symbols
  let call: RunCall

  init(_ plan: Plan, _ symbols: Symbols, _ builder: FunctionBuilder) {
    self.plan = plan
    self.symbols = symbols
    self.builder = builder
    call = RunCall(plan, builder)
  }

  var types: TypeFactory { builder.types }

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
    case .pipeline(let pipeline): emit(pipeline)
    case .copyChannels(let copies, let result): emitCopy(copies, result)
    case .reduceMean(let value): emitMean(value)
    case .channels(let channels): emitChannels(channels)
    case .scaleWeights(let weights): emitScaling(weights)
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

  var rowKernels: RowKernels {
    RowKernels(
      builder: builder, lanes: plan.target.lanes, width: call.width, height: call.height,
      strip: call.strip)
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

  private func channelNumbers(_ value: ValueID) -> IRValue {
    guard let offset = plan.memory.channelOffsets[value] else {
      preconditionFailure("a value without memory")
    }
    return builder.offset(call.arena, offset)
  }

  /// The address of a weight or of a value of one number per channel.
  func numbers(_ value: ValueID) -> IRValue {
    symbols.constant(value) ?? channelNumbers(value)
  }

  func address(of weights: PartWeights) -> IRValue {
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
      switch packed.order {
      case .winograd, .winogradPairs:
        arguments += [types.int(run.repetitions / WinogradTransform.planes), types.int(channels)]
      case .direct, .untransformed:
        arguments += [types.int(run.repetitions), types.int(channels), types.int(run.width)]
      }
      builder.call(symbols.function(function), arguments)
      source = builder.offset(source, from.repetitions * channels * from.width * 4)
      target = builder.offset(target, run.repetitions * packed.depth * run.width * 4)
    }
  }
}
