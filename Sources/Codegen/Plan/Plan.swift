package import GraphIR

/// A graph as a list of steps with their schedules and their memory: what is compiled.
package struct Plan: Sendable {
  /// What was planned.
  let source: Graph
  /// The same, with what its layouts and its kernels need.
  package let graph: Graph
  /// The axis of the graph's values whose indices are computed one after another.
  package let batch: BatchAxis
  /// The machine that computes it.
  package let target: Target
  /// The numbers that it may compute with.
  package let precision: Precision
  /// What of its schedules was not chosen here.
  package let policy: SchedulePolicy
  /// The steps in execution order.
  package let steps: [Step]
  /// Where the values live.
  package private(set) var memory: MemoryPlan

  /// Plans a graph for a target.
  ///
  /// - Throws: `CodegenError.unsupported` naming an operation that has no kernel; `.schedule` or
  ///   `.unknownOperation` for a rule about a single operation that cannot be followed.
  package init(
    _ graph: Graph, for target: Target, precision: Precision = .float32,
    policy: SchedulePolicy = .automatic
  ) throws(CodegenError) {
    let builder = try StepBuilder.steps(of: graph, for: target, precision, policy)
    source = graph
    self.graph = builder.graph
    batch = builder.batch
    self.target = target.computing(precision)
    self.precision = precision
    self.policy = policy
    steps = builder.steps
    memory = MemoryPlanner.plan(builder)
    memory.scratchBytes = scratchBytes
    memory.strips = Self.stripDirection(of: steps, self.graph, policy)
  }

  /// Features that the program checks when it starts, as /proc/cpuinfo names them.
  var requiredFeatures: [String] {
    let usesPairs = steps.flatMap(\.pixelCalls).contains { $0.winograd?.pairs == true }
    let rounds = target.convertsBFloat16 && !memory.halved.isEmpty
    let own = target.requiredFeatures
    return (usesPairs || rounds) && !own.contains("avx512_bf16") ? own + ["avx512_bf16"] : own
  }

  /// Whether all inputs are brought into the strip layout before anything is written to an output.
  package var readsInputsFirst: Bool {
    guard graph.inputs.allSatisfy({ layout(of: $0) == .strips }) else { return false }
    let lastRead = steps.lastIndex { if case .pack = $0 { true } else { false } } ?? -1
    return lastRead < steps.firstIndex(where: \.writesOutput) ?? steps.count
  }

  /// What the hungriest kernel needs for every thread.
  private var scratchBytes: Int {
    steps.flatMap(\.pixelCalls).reduce(0) { most, pixels in
      guard let winograd = pixels.winograd else { return most }
      return max(most, WinogradScratch(PixelKernel(pixels, self), winograd).bytes)
    }
  }
}

extension Plan {
  /// The shape of a value for one index of the batch.
  package func shape(of value: ValueID) -> [Dimension] { batch.shape(of: value, in: graph) }

  /// Where a value lies.
  package func layout(of value: ValueID) -> Layout { memory.layouts[value] ?? .rows }

  /// The values of the symbols for inputs of given shapes, or nil where the shapes do not fit.
  package func symbols(shapes: [[Int]]) -> [String: Int]? {
    var symbols: [String: Int] = [:]
    for (input, shape) in zip(graph.inputs, shapes) {
      let type = graph.type(of: input)
      guard type.rank == shape.count else { return nil }
      for (extent, found) in zip(type.shape, shape) {
        guard extent.matches(found, &symbols) else { return nil }
      }
    }
    return symbols
  }
}

extension Plan: CustomStringConvertible {
  /// Steps and memory, for `inspect --at planned`.
  package var description: String {
    let printer = Printer(graph)
    let lines = steps.enumerated().flatMap { index, step in
      ["\(index): \(describe(step, printer))"]
        + facts(of: step).map { "     \($0.name): \($0.value)" }
    }
    return
      (["plan for \(target.triple), \(target.cpuName), \(target.lanes) lanes"] + lines
      + [memory.description]).joined(separator: "\n") + "\n"
  }

  /// One step with its operands and results, a line for each pass.
  package func describe(_ step: Step, _ printer: Printer) -> String {
    switch step {
    case .pack(_, let value): return "pack \(located(value, printer))"
    case .unpack(let output, let value):
      return "unpack \(printer.name(of: value)) to \(graph.outputs[output].name)"
    case .pixels(let pixels): return describe(pixels, printer)
    case .pipeline(let pipeline):
      return "bands of \(pipeline.step) rows, the second pass \(pipeline.lag) behind:\n"
        + [pipeline.first, pipeline.second].map { "  " + describe($0, printer) }
        .joined(separator: "\n")
    case .toStrips(let source, let result):
      return "\(located(result, printer)) = strips of \(printer.name(of: source.value))"
    case .toRows(let source, let result):
      return "\(located(result, printer)) = rows of \(printer.name(of: source))"
    case .moveBlocks(let move):
      return "\(located(move.result, printer)) = blocks of \(printer.name(of: move.source.value))"
    case .plain(let call):
      let sources = call.sources.map { printer.name(of: $0.value) }.joined(separator: ", ")
      let targets = call.targets.map { target in
        switch target {
        case .value(let value, _): located(value, printer)
        case .output(let index): graph.outputs[index].name
        }
      }.joined(separator: ", ")
      return "\(targets) = \(call.kernel.name) \(sources)"
    case .copyChannels(let copies, let result):
      let sources = copies.map { printer.name(of: $0.source) }.joined(separator: ", ")
      return "\(located(result, printer)) = copy channels of \(sources)"
    case .reduceMean(let value): return "\(printer.name(of: value)) = mean of its row sums"
    case .channels(let call):
      let results = call.results.map(printer.name(of:)).joined(separator: ", ")
      let operands = call.operands.map(printer.name(of:)).joined(separator: ", ")
      return "\(results) = channels \(operands)"
    case .windowMeans(let call):
      let operands = call.operands.map(printer.name(of:)).joined(separator: ", ")
      return "\(located(call.result, printer)) = window means \(operands)"
    case .scaleWeights(let weights):
      return
        "scale \(printer.name(of: weights.packed.weight)) by \(printer.name(of: weights.scale))"
    }
  }

  private func describe(_ pixels: PixelCall, _ printer: Printer) -> String {
    let results = pixels.call.results.map { located($0, printer) }.joined(separator: ", ")
    let operands = pixels.call.operands.map(printer.name(of:)).joined(separator: ", ")
    let schedule = pixels.winograd == nil ? "direct" : "winograd"
    return "\(results) = \(schedule) \(operands)"
  }

  private func located(_ value: ValueID, _ printer: Printer) -> String {
    guard let slot = memory.slotOfValue[value] else { return printer.name(of: value) }
    return "\(printer.name(of: value)) in slot \(slot)"
  }
}
