internal import GraphIR

/// What the kernels on strips can compute.
struct FastForms {
  let graph: Graph
  let batch: BatchAxis

  func shape(of value: ValueID) -> [Dimension] { batch.shape(of: value, in: graph) }

  /// Whether a value can lie in strips: one image of a known number of channels and more than one
  /// pixel.
  func isImage(_ value: ValueID) -> Bool {
    let shape = shape(of: value)
    return shape.count == 4 && shape[0] == 1 && shape[1].fixedValue != nil
      && shape[2...] != [1, 1]
  }

  /// Whether a value is one number for each of a known number of channels.
  func isNumbers(_ value: ValueID) -> Bool {
    let shape = shape(of: value)
    return shape.count == 4 && shape[0] == 1 && shape[1].fixedValue != nil
      && shape[2...] == [1, 1]
  }

  /// The computation of a node as a fused operation, where the kernels on strips or on numbers per
  /// channel can do it.
  func call(_ node: Node) -> FusedCall? {
    guard let fused = fused(node) else { return nil }
    let call = FusedCall(fused: fused, operands: node.operands, results: node.results)
    return accepts(call) ? call : nil
  }

  /// Whether a node copies channels of images.
  func copiesChannels(_ node: Node) -> Bool {
    guard (node.operands + node.results).allSatisfy(isImage) else { return false }
    switch node.op {
    case .concat(let op): return op.axis == 1
    case .slice(let op): return op.range?.axis == 1
    default: return false
    }
  }

  private func fused(_ node: Node) -> Fused? {
    switch node.op {
    case .fused(let op): return op
    case .conv2D(let op):
      guard op.groups == 1 else { return nil }
      return Fused(
        parts: [Fused.Part(window: op.window)], accumulators: 1,
        hasBias: node.operands.count == 3,
        body: PointwiseProgram(yields: [.init(.accumulator(0))]))
    case .pointwise(let op):
      let arguments = node.operands.indices.map { PointwiseProgram.Argument.operand($0) }
      let body = PointwiseProgram(
        instructions: [.init(op.function, arguments)], yields: [.init(.instruction(0))])
      guard graph.type(of: node.result).rank == 4 else { return nil }
      return Fused(parts: [], accumulators: 0, hasBias: false, body: body)
    case .globalAveragePool:
      let body = PointwiseProgram(yields: [.init(.operand(0), isMean: true)])
      return Fused(parts: [], accumulators: 0, hasBias: false, body: body)
    default: return nil
    }
  }

  private func accepts(_ call: FusedCall) -> Bool {
    guard call.results.allSatisfy({ isImage($0) || isNumbers($0) }) else { return false }
    let isOnImages = (call.operands + call.results).contains { isImage($0) }
    for (part, values) in zip(call.fused.parts, call.parts) {
      guard graph.isWeight(values.weight),
        let kernel = graph.type(of: values.weight).fixedShape,
        part.window.keepsSize(kernel: Array(kernel[2...])),
        isOnImages ? isImage(values.input) : isNumbers(values.input),
        values.scale.map(isNumbers) ?? true
      else { return false }
    }
    guard call.bias.allSatisfy(graph.isWeight) else { return false }
    let body = bodyShape(of: call)
    return call.bodyOperands.allSatisfy { operand in
      let shape = shape(of: operand)
      return graph.scalar(of: operand) != nil || shape == body
        || isNumbers(operand) && shape[1] == body[1]
    }
  }

  /// `[1, C, H, W]` of the body of a call.
  func bodyShape(of call: FusedCall) -> [Dimension] {
    let shape = call.fused.bodyType(of: call.operands.map { graph.type(of: $0) }).shape
    return call.operands.contains(where: batch.contains) ? [1] + shape.dropFirst() : shape
  }
}
