internal import GraphIR

extension StepBuilder {
  /// Appends a call, one pass over the pixels or arithmetic on channels; means and scaled weights
  /// are steps of their own around it.
  mutating func append(_ call: FusedCall) throws(CodegenError) {
    let shape = FastForms(graph: graph, batch: batch).bodyShape(of: call)
    let call = foldingScalars(of: call)
    guard (call.operands + call.results).contains(where: isImage) else {
      return append(.channels(call))
    }
    append(.pixels(try schedule(call, shape: shape)))
    for (yield, result) in zip(call.fused.body.yields, call.results) where yield.isMean {
      append(.reduceMean(result))
    }
  }

  /// Makes operands of the body that are known numbers constants of the body.
  private func foldingScalars(of call: FusedCall) -> FusedCall {
    let start = OperandLayout(call.fused).bodyStart
    var kept: [ValueID] = []
    let arguments = call.operands[start...].map { operand -> PointwiseProgram.Argument in
      if let number = graph.scalar(of: operand) { return .constant(number) }
      kept.append(operand)
      return .operand(kept.count - 1)
    }
    var folded = call
    folded.operands = Array(call.operands[..<start]) + kept
    folded.fused.body = call.fused.body.mapArguments { argument in
      if case .operand(let index) = argument { arguments[index] } else { argument }
    }
    return folded
  }

  /// - Parameter shape: `[1, C, H, W]` of the body.
  private mutating func schedule(_ call: FusedCall, shape: [Dimension]) throws(CodegenError)
    -> PixelCall
  {
    let channels = shape[1].fixedValue ?? 1
    let shapes = call.parts.map { graph.type(of: $0.weight).fixedShape ?? [] }
    let rules = policy.rules(for: names(of: call))
    let chooser = ScheduleChooser(problem(call, weights: shapes, shape), for: target)
    let decision: ScheduleDecision
    do throws(ScheduleChooser.Refusal) {
      decision = try chooser.choose(rules, measured: policy.measured)
    } catch {
      throw .schedule(rule: error.rule.description, reason: error.reason)
    }
    let winograd = decision.choice.block.map { block in
      WinogradSchedule(
        call.fused, weights: shapes, decision.choice.algorithm.transform, block: block,
        pairs: multipliesPairs)
    }
    let direct = weights(of: call, channels: channels) { _ in
      .direct(tile: decision.choice.tile.channels)
    }
    return PixelCall(
      call: call, extents: Extents(shape), winograd: winograd, decision: decision,
      rates: chooser.rates(decision.choice),
      directWeights: direct,
      winogradWeights: winograd.map { schedule in
        weights(of: call, channels: channels) { part in
          let block = schedule.pass(dilation: part.window.dilation[0]).block
          return schedule.pairs
            ? .winogradPairs(schedule.transform, block: block)
            : .winograd(schedule.transform, block: block)
        }
      } ?? [])
  }

  /// What a call computes, at the size that stands for all.
  private func problem(
    _ call: FusedCall, weights: [[Int]], _ shape: [Dimension]
  ) -> PixelProblem {
    let symbols = usualSymbols
    return PixelProblem(
      fused: call.fused, weights: weights, channels: shape[1].fixedValue ?? 1,
      bodyImages: call.bodyOperands.count(where: isImage), pairs: multipliesPairs,
      height: shape[2].evaluated(symbols) ?? PixelProblem.usualSize.height,
      width: shape[3].evaluated(symbols) ?? PixelProblem.usualSize.width)
  }

  /// Whether matrix products may be of pairs of bf16 numbers.
  private var multipliesPairs: Bool { precision == .bfloat16 && target.multipliesBFloat16 }

  /// The weights of every part in an order; scaled ones are computed when their scale is known.
  private mutating func weights(
    of call: FusedCall, channels: Int, order: (Fused.Part) -> PackedWeights.Order
  ) -> [PartWeights] {
    zip(call.fused.parts, call.parts).map { part, place in
      let shape = graph.type(of: place.weight).fixedShape ?? []
      let packed = PackedWeights(
        weight: place.weight, shape: shape, accumulators: shape[0] / channels, order: order(part))
      guard let scale = place.scale else {
        return PartWeights(packed: packed, region: nil)
      }
      let region = makeRegion(bytes: packed.count * 4)
      insert(
        .scaleWeights(ScaledWeights(packed: packed, scale: scale, region: region)), after: scale)
      return PartWeights(packed: packed, region: region)
    }
  }

  /// Moves the scaling of weights to the step that needs them: every thread would keep those that
  /// wait.
  mutating func deferScaling() {
    var waiting: [(region: Region, step: Step)] = []
    var ordered: [Step] = []
    for step in steps {
      if case .scaleWeights(let weights) = step {
        waiting.append((weights.region, step))
        continue
      }
      let needed = step.scaledRegions
      ordered += waiting.filter { needed.contains($0.region) }.map(\.step)
      waiting.removeAll { needed.contains($0.region) }
      ordered.append(step)
    }
    steps = ordered
  }
}
