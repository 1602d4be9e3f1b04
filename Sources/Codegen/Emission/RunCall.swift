internal import LLVMKit

/// What every thread works out first of a call: its extents, its memory and this thread's share.
struct RunCall {
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
  let rows: (first: IRValue, end: IRValue)
  /// Memory of this thread alone.
  let scratch: IRValue
  /// For every slot, its address and the bytes of a row.
  let slots: [(address: IRValue, pitch: IRValue)]
  /// For every band, the bytes of a row.
  let bandPitches: [IRValue]
  /// Bytes from the scratch of one thread to that of the next.
  let threadBytes: IRValue
}

extension RunCall {
  init(_ plan: Plan, _ builder: FunctionBuilder) {
    let types = builder.types
    let layout = RuntimeContract.Call(pointerBytes: builder.pointerBytes)
    func field(_ type: IRType, _ place: Int) -> IRValue {
      builder.load(
        type, builder.offset(builder.parameter(0), place), alignment: builder.pointerBytes)
    }
    thread = builder.convert(builder.parameter(1), .signExtend, to: types.i64)
    threads = builder.convert(builder.parameter(2), .signExtend, to: types.i64)
    count = field(types.i64, layout.count)
    height = field(types.i64, layout.height)
    width = field(types.i64, layout.width)
    arena = field(types.pointer, layout.arena)
    inputs = field(types.pointer, layout.inputs)
    outputs = field(types.pointer, layout.outputs)
    let memory = ArenaFormula(plan.memory, builder, height: height, width: width)
    strip = memory.strip
    let arena = arena
    slots = memory.slots.map { (builder.offset(arena, $0.offset), $0.pitch) }
    bandPitches = memory.bandPitches
    threadBytes = memory.threadBytes
    scratch = builder.offset(
      arena, builder.add(memory.end, builder.multiply(thread, threadBytes)))
    rows = Self.share(of: height, thread, threads, builder)
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
