internal import GraphIR
internal import LLVMKit

/// Writes the function that every thread of a call enters: the steps in order, rows split over the
/// threads, barriers between steps that depend on each other.
struct RunEmitter {
  let plan: Plan
  let builder: FunctionBuilder
  let steps: [PreparedStep]
  private let call: Call

  /// The call and what follows from its extents.
  struct Call {
    let thread: IRValue
    let threads: IRValue
    let count: IRValue
    let height: IRValue
    let width: IRValue
    let strip: IRValue
    let arena: IRValue
    let inputs: IRValue
    let outputs: IRValue
    /// This thread's share of the rows.
    var rows: (first: IRValue, end: IRValue)
    /// Memory of this thread alone.
    let scratch: IRValue
    /// For every slot, its address and the bytes of a row.
    let slots: [(address: IRValue, pitch: IRValue)]
  }

  init(_ plan: Plan, _ steps: [PreparedStep], _ builder: FunctionBuilder) {
    self.plan = plan
    self.steps = steps
    self.builder = builder
    call = Call(plan, builder)
  }

  private var types: TypeFactory { builder.types }

  func emit() {
    builder.loop(from: types.int(0), to: call.count) { image in
      var index = 0
      while index < steps.count {
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
      if case .pack = steps[start] {} else { emitBarrier() }
      emit(steps[start], image)
      return start + 1
    }
    let end = plan.steps[start...].firstIndex { !$0.isSerial } ?? steps.count
    emitBarrier()
    builder.ifTrue(builder.compare(call.thread, .equal, types.int(0))) {
      for step in steps[start..<end] { emit(step, image) }
    }
    return end
  }

  private func emit(_ step: PreparedStep, _ image: IRValue) {
    switch step {
    case .pack(let input, let value): emitPack(input, value, image)
    case .unpack(let output, let value): emitUnpack(output, value, image)
    case .pixels(let pixels): emitPixels(pixels)
    case .copyChannels(let copies, let result): emitCopy(copies, result)
    case .reduceMean(let value): emitMean(value)
    case .channels(let channels): emitChannels(channels)
    case .scaleWeights(let weights, let packed, let scale):
      emitScaling(weights, packed, address(of: scale))
    }
  }

  private func emitBarrier() {
    let barrier = builder.load(
      types.pointer, builder.offset(builder.parameter(0), CallLayout.barrier), alignment: 8)
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

  private func address(of source: PreparedStep.Source) -> IRValue {
    switch source {
    case .constant(let address): address
    case .memory(let value): channelNumbers(value)
    }
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
    let channels = plan.graph.type(of: value).channels ?? 1
    let size = builder.multiply(builder.multiply(call.height, call.width), channels * 4)
    return (base, builder.offset(base, builder.multiply(image, size)))
  }

  private func emitPack(_ input: Int, _ value: ValueID, _ image: IRValue) {
    let planes = planes(call.inputs, input, value, image)
    rowKernels.pack(planes.start, into: self.image(value), rows: call.rows)
  }

  private func emitUnpack(_ output: Int, _ value: ValueID, _ image: IRValue) {
    let planes = planes(call.outputs, output, value, image)
    let isAbsent = builder.compare(planes.base, .equal, types.null)
    let isWanted = builder.compare(
      builder.select(isAbsent, types.int(0), types.int(1)), .equal, types.int(1))
    builder.ifTrue(isWanted) {
      rowKernels.unpack(self.image(value), into: planes.start, rows: call.rows)
    }
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
  private func emitPixels(_ prepared: PreparedStep.PreparedPixels) {
    guard let winograd = prepared.winograd, let span = prepared.pixels.winograd?.span else {
      return call(prepared.direct, prepared, rows: call.rows, firstColumn: types.int(0))
    }
    let spans = builder.divide(call.height, span)
    let share = call.share(of: spans, builder)
    let rows = (builder.multiply(share.first, span), builder.multiply(share.end, span))
    let rest = builder.binary(.remainder, call.strip, types.int(span))
    call(winograd, prepared, rows: rows, firstColumn: types.int(0))
    call(prepared.direct, prepared, rows: rows, firstColumn: builder.subtract(call.strip, rest))
    let done = builder.multiply(spans, span)
    let left = call.share(of: builder.subtract(call.height, done), builder)
    call(
      prepared.direct, prepared,
      rows: (builder.add(done, left.first), builder.add(done, left.end)), firstColumn: types.int(0))
  }

  private func call(
    _ kernel: PreparedStep.Kernel, _ prepared: PreparedStep.PreparedPixels,
    rows: (first: IRValue, end: IRValue), firstColumn: IRValue
  ) {
    let pixels = prepared.pixels
    let fusedCall = pixels.call
    let layout = OperandLayout(fusedCall.fused)
    let isDirect = kernel.function == prepared.direct.function
    let weights = isDirect ? pixels.directWeights : pixels.winogradWeights
    var arguments = [
      rows.first, rows.end, call.height, call.width, call.strip, firstColumn, call.scratch,
    ]
    for (index, place) in layout.parts.enumerated() {
      let input = image(fusedCall.operands[place.input])
      let address = kernel.weights[index] ?? weights[index].region.map(region) ?? types.null
      arguments += [input.base, input.pitch, address]
    }
    if let bias = prepared.bias { arguments.append(bias) }
    for (operand, source) in zip(fusedCall.operands[layout.bodyStart...], prepared.operands) {
      if let source {
        arguments.append(address(of: source))
      } else {
        arguments += [image(operand).base, image(operand).pitch]
      }
    }
    for (yield, result) in zip(fusedCall.fused.body.yields, fusedCall.results) {
      arguments += yield.isMean ? [rowSums(result)] : [image(result).base, image(result).pitch]
    }
    builder.call(kernel.function, arguments)
  }

  // MARK: - Serial steps

  /// Adds the sums of all rows in order, in double precision, and divides by the number of pixels.
  private func emitMean(_ value: ValueID) {
    let lanes = plan.target.lanes
    let channels = plan.graph.type(of: value).channels ?? 1
    let (single, double) = (types.vector(types.f32, lanes), types.vector(types.f64, lanes))
    let pixels = builder.convert(
      builder.multiply(call.height, call.width), .intToFloat, to: types.f64)
    let target = channelNumbers(value)
    let sums = rowSums(value)
    builder.loop(from: types.int(0), to: types.int(channels)) { channel in
      let zero = types.splat(types.float(0, types.f64), lanes)
      let total = builder.loop(from: types.int(0), to: call.height, carrying: [zero]) {
        y, carried in
        let vector = builder.add(builder.multiply(y, channels), channel)
        let row = builder.load(
          single, builder.offset(sums, builder.multiply(vector, lanes * 4)), alignment: lanes * 4)
        return [builder.fadd(carried[0], builder.convert(row, .floatExtend, to: double))]
      }[0]
      let sum = (1..<lanes).reduce(builder.extract(total, 0)) {
        builder.fadd($0, builder.extract(total, $1))
      }
      let mean = builder.convert(builder.fdivide(sum, pixels), .floatTruncate, to: types.f32)
      builder.store(mean, builder.offset(target, builder.multiply(channel, 4)), alignment: 4)
    }
  }

  private func emitChannels(_ prepared: PreparedStep.PreparedChannels) {
    let fusedCall = prepared.call
    let layout = OperandLayout(fusedCall.fused)
    let parts = zip(fusedCall.fused.parts, layout.parts).enumerated().map { index, pair in
      let shape = plan.graph.type(of: fusedCall.operands[pair.1.weight]).fixedShape ?? []
      return ChannelKernel.Part(
        input: address(of: prepared.inputs[index]), weight: prepared.weights[index],
        scale: prepared.scales[index].map(address(of:)), kernel: Array(shape[1...]),
        element: element(of: pair.0.window, kernel: Array(shape[2...])))
    }
    ChannelKernel(
      builder: builder, fused: fusedCall.fused,
      channels: plan.graph.type(of: fusedCall.results[0]).channels ?? 1, parts: parts,
      bias: prepared.bias, operands: prepared.operands.map(address(of:)),
      results: fusedCall.results.map(channelNumbers)
    ).emit()
  }

  /// The kernel element that meets the only pixel of an image of 1 × 1.
  private func element(of window: Window, kernel: [Int]) -> Int? {
    var place = 0
    for axis in 0..<2 {
      let (index, rest) = window.padding[axis].quotientAndRemainder(
        dividingBy: window.dilation[axis])
      guard rest == 0, index < kernel[axis] else { return nil }
      place = place * kernel[axis] + index
    }
    return place
  }

  /// Multiplies packed weights by the scale of their input channel.
  private func emitScaling(_ weights: ScaledWeights, _ packed: IRValue, _ scale: IRValue) {
    let channels = weights.packed.kernel[0]
    let target = region(weights.region)
    var start = 0
    for run in weights.packed.runs {
      let bytes = channels * run.group * 4
      let (from, to) = (builder.offset(packed, start), builder.offset(target, start))
      builder.loop(from: types.int(0), to: types.int(run.outer)) { index in
        let offset = builder.multiply(index, bytes)
        emitScaling(
          from: builder.offset(from, offset), to: builder.offset(to, offset), scale,
          channels: channels, group: run.group)
      }
      start += run.outer * bytes
    }
  }

  private func emitScaling(
    from source: IRValue, to target: IRValue, _ scale: IRValue, channels: Int, group: Int
  ) {
    var width = plan.target.lanes
    while group % width != 0 { width /= 2 }
    let vector = types.vector(types.f32, width)
    builder.loop(from: types.int(0), to: types.int(channels)) { channel in
      let factor = builder.splat(
        builder.load(
          types.f32, builder.offset(scale, builder.multiply(channel, 4)), alignment: 4), width)
      let start = builder.multiply(channel, group * 4)
      builder.loop(from: types.int(0), to: types.int(group * 4), step: width * 4) { place in
        let offset = builder.add(start, place)
        let weight = builder.load(vector, builder.offset(source, offset), alignment: 4)
        builder.store(
          builder.fmultiply(weight, factor), builder.offset(target, offset), alignment: 4)
      }
    }
  }
}

/// Byte offsets of the fields of `rescan_call`.
enum CallLayout {
  static let count = 0
  static let height = 8
  static let width = 16
  static let arena = 24
  static let inputs = 32
  static let outputs = 40
  static let barrier = 48
}

extension RunEmitter.Call {
  init(_ plan: Plan, _ builder: FunctionBuilder) {
    let types = builder.types
    func field(_ type: IRType, _ place: Int) -> IRValue {
      builder.load(type, builder.offset(builder.parameter(0), place), alignment: 8)
    }
    thread = builder.convert(builder.parameter(1), .signExtend, to: types.i64)
    threads = builder.convert(builder.parameter(2), .signExtend, to: types.i64)
    count = field(types.i64, CallLayout.count)
    height = field(types.i64, CallLayout.height)
    width = field(types.i64, CallLayout.width)
    arena = field(types.pointer, CallLayout.arena)
    inputs = field(types.pointer, CallLayout.inputs)
    outputs = field(types.pointer, CallLayout.outputs)
    let memory = ArenaFormula(plan.memory, builder, height: height, width: width)
    strip = memory.strip
    let arena = arena
    slots = memory.slots.map { (builder.offset(arena, $0.offset), $0.pitch) }
    scratch = builder.offset(
      arena,
      builder.add(memory.end, builder.multiply(thread, plan.memory.scratchBytes)))
    rows = (height, height)
    rows = share(of: height, builder)
  }

  /// This thread's share of a number of things in a row.
  func share(of count: IRValue, _ builder: FunctionBuilder) -> (first: IRValue, end: IRValue) {
    (
      builder.divide(builder.multiply(count, thread), threads),
      builder.divide(builder.multiply(count, builder.add(thread, 1)), threads)
    )
  }
}

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
