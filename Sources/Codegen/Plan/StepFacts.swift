package import GraphIR

/// Something to be said about a step: what was chosen, and why.
package struct StepFact: Hashable, Sendable {
  /// What it is about, such as `schedule`.
  package let name: String
  /// What was chosen.
  package let value: String
}

/// A step that another one waits for.
package struct StepDependency: Hashable, Sendable {
  /// Place of the step in the plan.
  package let step: Int
  /// The value that it leaves; nil for weights that were scaled.
  package let value: ValueID?
}

extension Plan {
  /// The schedule of a step with its reason, its tiles and its memory.
  package func facts(of step: Step) -> [StepFact] {
    guard case .pipeline(let pipeline) = step else {
      return step.pixelCalls.flatMap(facts(of:)) + weightFacts(of: step)
    }
    let bands = "of \(pipeline.step) rows, the second pass \(pipeline.lag) behind"
    let passes = zip(["first", "second"], step.pixelCalls).flatMap { name, call in
      facts(of: call).map { StepFact(name: "\(name) pass: \($0.name)", value: $0.value) }
    }
    return [
      StepFact(name: "bands", value: bands),
      StepFact(name: "one step because of", value: pipeline.reason),
    ] + (pipeline.blocks.map { [StepFact(name: "blocks", value: $0.description)] } ?? []) + passes
  }

  /// The schedule of one pass over the pixels, then its reason, its tiles and its memory.
  package func facts(of pixels: PixelCall) -> [StepFact] {
    let blocks = max(1, pixels.call.fused.accumulators)
    let tile = pixels.tile
    let registers = blocks * tile.channels * tile.vectors
    var facts =
      [
        StepFact(name: "schedule", value: pixels.winograd == nil ? "direct" : "winograd"),
        StepFact(name: "because of", value: pixels.decision.reason),
      ] + decisionFacts(of: pixels.decision)
    if let winograd = pixels.winograd {
      let edge = winograd.transform.results
      let bytes = WinogradScratch(PixelKernel(pixels, self), winograd).bytes
      facts += [
        StepFact(
          name: "tiles",
          value:
            "F(\(edge)×\(edge), 3×3) in spans of \(winograd.span)×\(winograd.span), direct elsewhere"
        ),
        StepFact(
          name: "matrix product",
          value: winograd.passes.map { "\($0.accumulators)×\($0.block)" }
            .joined(separator: ", then ")
            + " channels × \(winograd.vectors) vectors of tiles"
            + (winograd.pairs ? ", in bf16" : "")),
        StepFact(name: "scratch of a thread", value: "\(bytes) bytes"),
      ]
    }
    let rest = pixels.winograd == nil ? "register tile" : "register tile of the rest"
    facts.append(
      StepFact(
        name: rest,
        value: "\(blocks)×\(tile.channels) channels × \(tile.vectors) vectors, \(registers) of "
          + "\(target.vectorRegisters) registers"))
    return facts
  }

  /// What else could have been chosen.
  private func decisionFacts(of decision: ScheduleDecision) -> [StepFact] {
    let candidates = decision.candidates.map { "\($0.choice) \($0.cyclesText)" }
    let obstacles = decision.obstacles.map { "\($0.algorithm.rawValue): \($0.reason)" }
    return [
      StepFact(
        name: "estimated cycles a pixel",
        value: candidates.isEmpty ? "none" : candidates.joined(separator: ", "))
    ] + obstacles.map { StepFact(name: "not possible", value: $0) }
  }

  private func weightFacts(of step: Step) -> [StepFact] {
    guard case .scaleWeights(let weights) = step else { return [] }
    let order =
      switch weights.packed.order {
      case .direct(let tile): "direct, blocks of \(tile) channels"
      case .winograd(_, let block), .untransformed(let block):
        "winograd, blocks of \(block) channels"
      case .winogradPairs(_, let block): "winograd in bf16, blocks of \(block) channels"
      }
    return [
      StepFact(name: "order", value: order),
      StepFact(name: "memory", value: "\(weights.packed.count * 4) bytes"),
    ]
  }

  /// For every pass of every step the number of its kernel, counted from 1; passes of one number
  /// share their code.
  package var kernelNumbers: [[Int]] {
    var numbers: [PixelKernel: Int] = [:]
    return steps.map { step in
      step.pixelCalls.map { pixels in
        let kernel = PixelKernel(pixels, self)
        let number = numbers[kernel] ?? numbers.count + 1
        numbers[kernel] = number
        return number
      }
    }
  }

  /// For every step those that it waits for, in the order in which it reads.
  package var dependencies: [[StepDependency]] {
    var writers: [ValueID: Int] = [:]
    var scalers: [Region: Int] = [:]
    return steps.enumerated().map { index, step in
      var found = step.operands.compactMap { value in
        writers[value].map { StepDependency(step: $0, value: value) }
      }
      found += step.pixelCalls.flatMap(\.regions).compactMap { region in
        scalers[region].map { StepDependency(step: $0, value: nil) }
      }
      for value in step.results { writers[value] = index }
      if case .reduceMean(let value) = step { writers[value] = index }
      if case .scaleWeights(let weights) = step { scalers[weights.region] = index }
      return found.enumerated().filter { !found[..<$0.offset].contains($0.element) }.map(\.element)
    }
  }

  /// For every step the operations that it belongs to, one for each of its passes; none for those
  /// that pack the caller's planes.
  package var nodesOfSteps: [[NodeID]] {
    var readers: [Region: ValueID] = [:]
    for pixels in steps.flatMap(\.pixelCalls) {
      for region in pixels.regions { readers[region] = pixels.call.results.first }
    }
    return steps.map { step in
      var values = step.pixelCalls.compactMap(\.call.results.first)
      if values.isEmpty, let value = step.results.first ?? step.operands.first { values = [value] }
      if case .scaleWeights(let weights) = step, let reader = readers[weights.region] {
        // Scaled weights belong to their reader, not to the scale.
        values = [reader]
      }
      return values.compactMap { graph.producer(of: $0)?.id }
    }
  }
}

extension PixelCall {
  /// Memory of the weights that are scaled at run time.
  fileprivate var regions: [Region] { (directWeights + winogradWeights).compactMap(\.region) }
}

extension MemoryPlan {
  /// Where every slot begins and how many bytes it has, for an image of this size; the first
  /// begins behind the memory of fixed size.
  package func places(height: Int, width: Int) -> [(offset: Int, bytes: Int)] {
    let symbols = symbols(height: height, width: width)
    var offset = fixedBytes
    return slots.map { slot in
      let bytes = bytes(of: slot, symbols: symbols)
      defer { offset += bytes }
      return (offset, bytes)
    }
  }
}
