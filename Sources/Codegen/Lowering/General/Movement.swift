internal import GraphIR

/// Operations that only see elements in another way.
extension StepBuilder {
  mutating func lower(_ op: Pointwise, _ node: Node) {
    let arguments = node.operands.indices.map { PointwiseProgram.Argument.operand($0) }
    let program = PointwiseProgram(
      instructions: [.init(op.function, arguments)], yields: [.init(.instruction(0))])
    define(node.result, apply(program, node.operands, to: node.result))
  }

  /// The body of a fused operation without convolutions and means.
  mutating func lower(_ body: PointwiseProgram, _ node: Node) {
    guard body.yields.count > 1 else {
      return define(node.result, apply(body, node.operands, to: node.result))
    }
    for (yield, result) in zip(body.yields, node.results) {
      let program = PointwiseProgram(instructions: body.instructions, yields: [yield])
        .withoutDeadInstructions()
      define(result, apply(program, node.operands, to: result))
    }
  }

  mutating func lower(_ op: Transpose, _ node: Node) {
    let source = expression(of: node.operands[0])
    define(
      node.result,
      source.mapViews(shape: shape(of: node.result)) { view in
        var view = view
        view.strides = op.permutation.map { view.strides[$0] }
        return view
      })
  }

  mutating func lowerExpand(_ node: Node) {
    let source = expression(of: node.operands[0])
    let result = shape(of: node.result)
    let isRepeatedArithmetic = source.view == nil && source.shape != result
    let operand =
      isRepeatedArithmetic
      ? Expression(inMemory(node.operands[0]), shape: source.shape) : source
    define(
      node.result,
      operand.mapViews(shape: result) { $0.broadcast(from: operand.shape, to: result) })
  }

  /// The same elements in the same order, or in another layout.
  mutating func lowerReshape(_ node: Node) {
    let (operand, result) = (node.operands[0], node.result)
    if layout(of: operand) == .strips { return append(.toRows(operand, result)) }
    let view = inMemory(operand)
    if layout(of: result) == .strips { return append(.toStrips(PlainCall.Source(view), result)) }
    var own = View(view.base, shape: shape(of: result))
    own.offset = view.offset
    define(result, Expression(own, shape: shape(of: result)))
  }

  mutating func lower(_ op: DepthToSpace, _ node: Node) {
    if moveBlocks(node, op.block, op.order, gathersChannels: false) { return }
    let (source, own) = (expression(of: node.operands[0]), shape(of: node.result))
    let shape = shape(of: node.operands[0])
    let block = Dimension.fixed(op.block)
    // [N, C, H, block, W, block] of the elements; channels are [C, block, block] or the blocks
    // first.
    let split = [own[0], own[1], shape[2], block, shape[3], block]
    let steps: [Dimension] =
      op.order == .crd ? [block * block, block, 1] : [1, block * own[1], own[1]]
    let moved = source.mapViews(shape: split) { view in
      var view = view
      let channel = view.strides[1]
      view.strides = [
        view.strides[0], steps[0] * channel, view.strides[2], steps[1] * channel, view.strides[3],
        steps[2] * channel,
      ]
      return view
    }
    appendMap(moved, to: View(node.result, shape: split))
  }

  mutating func lower(_ op: SpaceToDepth, _ node: Node) {
    if moveBlocks(node, op.block, op.order, gathersChannels: true) { return }
    let (source, own) = (expression(of: node.operands[0]), shape(of: node.result))
    let channels = shape(of: node.operands[0])[1]
    let block = Dimension.fixed(op.block)
    let isCRD = op.order == .crd
    let split =
      [own[0]] + (isCRD ? [channels, block, block] : [block, block, channels]) + own[2...]
    let moved = source.mapViews(shape: split) { view in
      let (strides, rows) = (view.strides, [view.strides[2], view.strides[3]])
      var view = view
      view.strides =
        [strides[0]] + (isCRD ? [strides[1]] + rows : rows + [strides[1]])
        + rows.map { $0 * block }
      return view
    }
    appendMap(moved, to: View(node.result, shape: split))
  }

  /// Moves blocks where one of the images lies in strips.
  private mutating func moveBlocks(
    _ node: Node, _ block: Int, _ order: BlockOrder, gathersChannels: Bool
  ) -> Bool {
    let operand = node.operands[0]
    guard layout(of: operand) == .strips || layout(of: node.result) == .strips else {
      return false
    }
    let source =
      layout(of: operand) == .strips
      ? PlainCall.Source(View(operand, shape: shape(of: operand)))
      : PlainCall.Source(inMemory(operand))
    append(
      .moveBlocks(
        BlockMove(
          source: source, result: node.result, block: block, order: order,
          gathersChannels: gathersChannels)))
    return true
  }
}
