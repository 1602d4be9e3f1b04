internal import GraphIR

extension StepBuilder {
  /// A fused operation is one pass over the pixels, or arithmetic on channels; means and scaled
  /// weights are steps of their own around it.
  mutating func lower(_ op: Fused, _ node: Node) throws(CodegenError) {
    try append(FusedCall(fused: op, operands: node.operands, results: node.results), node)
  }

  /// Appends a call with what it needs before and after.
  mutating func append(_ call: FusedCall, _ node: Node) throws(CodegenError) {
    let shape = call.fused.bodyType(of: call.operands.map { graph.type(of: $0) }).shape
    let call = foldingScalars(of: call)
    let isOnImages = (call.operands + call.results).contains(where: isImage)
    try check(call, bodyShape: shape, isOnImages, node)
    guard isOnImages else { return append(.channels(call)) }
    append(.pixels(schedule(call, channels: shape[1].fixedValue ?? 1)))
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

  private mutating func schedule(_ call: FusedCall, channels: Int) -> PixelCall {
    let tile = RegisterTile.best(
      accumulators: call.fused.accumulators, channels: channels,
      vectorRegisters: target.vectorRegisters)
    let shapes = call.parts.map { graph.type(of: $0.weight).fixedShape ?? [] }
    var winograd: WinogradSchedule?
    let reason: String
    do throws(WinogradSchedule.Refusal) {
      let schedule = try WinogradSchedule(
        call.fused, weights: shapes, vectorRegisters: target.vectorRegisters,
        pairs: precision == .bfloat16 && target.multipliesBFloat16)
      (winograd, reason) = (schedule, schedule.reason)
    } catch {
      reason = error.reason
    }
    let direct = weights(of: call, channels: channels, order: .direct(tile: tile.channels))
    return PixelCall(
      call: call, tile: tile, winograd: winograd, reason: reason, directWeights: direct,
      winogradWeights: winograd.map {
        weights(
          of: call, channels: channels,
          order: $0.pairs ? .winogradPairs(block: $0.block) : .winograd(block: $0.block))
      } ?? [])
  }

  /// The weights of every part in an order; scaled ones are computed as soon as their scale is
  /// known, where other serial work is done anyway.
  private mutating func weights(
    of call: FusedCall, channels: Int, order: PackedWeights.Order
  ) -> [PartWeights] {
    call.parts.map { place in
      let shape = graph.type(of: place.weight).fixedShape ?? []
      let packed = PackedWeights(
        weight: place.weight, shape: shape, accumulators: shape[0] / channels, order: order)
      guard let scale = place.scale else {
        return PartWeights(packed: packed, region: nil)
      }
      let region = makeRegion(bytes: packed.count * 4)
      insert(
        .scaleWeights(ScaledWeights(packed: packed, scale: scale, region: region)), after: scale)
      return PartWeights(packed: packed, region: region)
    }
  }

  /// - Parameter shape: `[N, C, H, W]` of the body.
  private func check(
    _ call: FusedCall, bodyShape shape: [Dimension], _ isOnImages: Bool, _ node: Node
  ) throws(CodegenError) {
    for (part, values) in zip(call.fused.parts, call.parts) {
      let weight = graph.type(of: values.weight)
      guard let kernel = weight.fixedShape, graph.isWeight(values.weight) else {
        throw .unsupported("a convolution with a computed weight", place: place(of: node))
      }
      guard part.window.keepsSize(kernel: Array(kernel[2...])) else {
        throw .unsupported(
          "a convolution that does not keep height and width", place: place(of: node))
      }
      if isOnImages, !isImage(values.input) {
        throw .unsupported(
          "a convolution of a value that is not an image", place: place(of: node))
      }
    }
    if !call.bias.allSatisfy(graph.isWeight) {
      throw .unsupported("a computed bias", place: place(of: node))
    }
    for operand in call.bodyOperands {
      let type = graph.type(of: operand)
      guard type.rank == 4, type.shape[1] == shape[1],
        type.isPerChannel || (type.shape == shape && isImage(operand))
      else {
        throw .unsupported("an operand of type \(type)", place: place(of: node))
      }
    }
  }
}
