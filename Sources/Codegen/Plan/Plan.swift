package import GraphIR

/// A graph as a list of steps with their schedules and their memory: what is compiled.
package struct Plan: Sendable {
  /// What is computed.
  package let graph: Graph
  /// The axis of the graph's values whose indices are computed one after another.
  package let batch: BatchAxis
  /// The machine that computes it.
  package let target: Target
  /// The steps in execution order.
  package let steps: [Step]
  /// Where the values live.
  package private(set) var memory: MemoryPlan

  /// Plans a graph for a target.
  ///
  /// - Throws: `CodegenError.unsupported` naming an operation that has no kernel.
  package init(_ graph: Graph, for target: Target) throws(CodegenError) {
    let builder = try StepBuilder.steps(of: graph, for: target)
    self.graph = builder.graph
    batch = builder.batch
    self.target = target
    steps = builder.steps
    memory = MemoryPlanner.plan(builder)
    memory.scratchBytes = scratchBytes
  }

  /// What the hungriest kernel needs for every thread.
  private var scratchBytes: Int {
    steps.reduce(0) { most, step in
      guard case .pixels(let pixels) = step, let winograd = pixels.winograd else { return most }
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
        if case .symbol(let name) = extent, symbols[name] == nil { symbols[name] = found }
        guard extent.evaluated(symbols) == found else { return nil }
      }
    }
    return symbols
  }
}

extension Plan: CustomStringConvertible {
  /// Steps and memory, for `inspect --at planned`.
  package var description: String {
    let printer = Printer(graph)
    let lines = steps.enumerated().map { index, step in
      "\(index): \(describe(step, printer))"
    }
    return
      (["plan for \(target.triple), \(target.cpuName), \(target.lanes) lanes"] + lines
      + [memory.description]).joined(separator: "\n") + "\n"
  }

  private func describe(_ step: Step, _ printer: Printer) -> String {
    switch step {
    case .pack(_, let value): return "pack \(located(value, printer))"
    case .unpack(let output, let value):
      return "unpack \(printer.name(of: value)) to \(graph.outputs[output].name)"
    case .pixels(let pixels):
      let results = pixels.call.results.map { located($0, printer) }.joined(separator: ", ")
      let operands = pixels.call.operands.map(printer.name(of:)).joined(separator: ", ")
      let tile = pixels.tile
      let schedule = pixels.winograd.map {
        "winograd of span \($0.span), \($0.block)×\($0.vectors)"
      }
      return "\(results) = \(schedule ?? "direct") \(operands), direct tile "
        + "\(max(1, pixels.call.fused.accumulators))×\(tile.channels) channels × \(tile.vectors) vectors"
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
    case .scaleWeights(let weights):
      return
        "scale \(printer.name(of: weights.packed.weight)) by \(printer.name(of: weights.scale))"
    }
  }

  private func located(_ value: ValueID, _ printer: Printer) -> String {
    guard let slot = memory.slotOfValue[value] else { return printer.name(of: value) }
    return "\(printer.name(of: value)) in slot \(slot)"
  }
}
