internal import LLVMKit

/// Measures how long every step of a run takes, for `bench --profile`.
///
/// The first thread looks at the clock whenever all threads have met, so the time of a step is that
/// of its slowest thread. Programs that are written to files have no clock.
struct StepClock {
  /// Name of the exported nanoseconds of every step, summed over all runs.
  static let symbol = "rescan_step_times"

  private let times: IRValue
  /// The nanoseconds at the last look, then the two numbers that the system gives.
  private let memory: IRValue
  private let clock: IRFunction

  init(steps: Int, in module: borrowing Module) {
    let types = module.types
    func variables(_ name: String, _ count: Int, isExported: Bool = false) -> IRValue {
      module.addVariable(
        name, module.array(types.i64, Array(repeating: types.int(0), count: count)),
        alignment: 8, isExported: isExported)
    }
    times = variables(Self.symbol, steps, isExported: true)
    memory = variables("step_clock", 3)
    clock = module.declare("clock_gettime", [types.i32, types.pointer], returning: types.i32)
  }

  /// Begins to measure.
  func start(_ call: RunCall, _ builder: FunctionBuilder) {
    onFirstThread(call, builder) { builder.store(now(builder), memory, alignment: 8) }
  }

  /// Adds the time since the last look to that of a step.
  func add(to step: Int, _ call: RunCall, _ builder: FunctionBuilder) {
    onFirstThread(call, builder) {
      let (now, last) = (now(builder), builder.load(builder.types.i64, memory, alignment: 8))
      let place = builder.offset(times, 8 * step)
      let sum = builder.add(
        builder.load(builder.types.i64, place, alignment: 8), builder.subtract(now, last))
      builder.store(sum, place, alignment: 8)
      builder.store(now, memory, alignment: 8)
    }
  }

  private func onFirstThread(_ call: RunCall, _ builder: FunctionBuilder, _ body: () -> Void) {
    builder.ifTrue(builder.compare(call.thread, .equal, builder.types.int(0)), body)
  }

  private func now(_ builder: FunctionBuilder) -> IRValue {
    let answer = builder.offset(memory, 8)
    let monotonic = builder.types.int(1, builder.types.i32)
    builder.call(clock, [monotonic, answer])
    func field(_ index: Int) -> IRValue {
      builder.load(builder.types.i64, builder.offset(answer, 8 * index), alignment: 8)
    }
    return builder.add(builder.multiply(field(0), 1_000_000_000), field(1))
  }
}
