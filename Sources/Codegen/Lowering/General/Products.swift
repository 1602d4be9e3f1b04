internal import GraphIR

extension StepBuilder {
  /// A matrix product; one of a single column is a sum along rows.
  mutating func lowerProduct(_ node: Node) {
    // Its columns are read again and again.
    if expression(of: node.operands[1]).view == nil { _ = inMemory(node.operands[1]) }
    var (left, right) = (expression(of: node.operands[0]), expression(of: node.operands[1]))
    if left.shape.count == 1 { left = left.inserting(axis: 0) }
    if right.shape.count == 1 { right = right.inserting(axis: 1) }
    let (rows, depth) = (left.shape[left.shape.count - 2], left.shape[left.shape.count - 1])
    let columns = right.shape[right.shape.count - 1]
    let batch = batchShape(left.shape, right.shape)
    guard columns != 1 else {
      return appendColumn(left, right, batch + [rows, depth], to: node.result)
    }
    let operands = [
      strided(node.operands[0], left, isRight: false),
      strided(node.operands[1], right, isRight: true),
    ]
    let views = zip(operands, [left, right]).map { view, operand in
      view.broadcast(from: operand.shape, to: batch + operand.shape.suffix(2))
    }
    let space = StridedSpace(batch, views.map { Array($0.strides.dropLast(2)) })
    let kernel = MatMulKernel(
      lanes: target.lanes,
      tile: .best(
        accumulators: 1, channels: rows.fixedValue ?? 8, vectorRegisters: target.vectorRegisters),
      left: space.kinds[0], right: space.kinds[1])
    let (a, b) = (operands[0].strides.suffix(2), operands[1].strides.suffix(2))
    let tiles =
      columns.scaled(plus: kernel.columns - 1, over: kernel.columns)
      * rows.scaled(plus: kernel.tile.channels - 1, over: kernel.tile.channels)
    appendCall(
      .matMul(kernel), views.map(PlainCall.Source.init), to: node.results,
      sizes: space.extents + [rows, columns, depth] + a + [b[b.startIndex]] + space.sizes,
      work: .product(space.extents) * tiles)
  }

  /// The matrices of an operand; rows of the right ones must be elements in a row.
  private mutating func strided(_ value: ValueID, _ expression: Expression, isRight: Bool) -> View {
    if let view = expression.view, !isRight || view.strides.last == 1 { return view }
    let memory = inMemory(value)
    var view = View(memory.base, shape: expression.shape)
    view.offset = memory.offset
    return view
  }

  private func batchShape(_ left: [Dimension], _ right: [Dimension]) -> [Dimension] {
    let (a, b) = (left.dropLast(2), right.dropLast(2))
    let rank = max(a.count, b.count)
    func padded(_ shape: ArraySlice<Dimension>) -> [Dimension] {
      Array(repeating: 1, count: rank - shape.count) + shape
    }
    return zip(padded(a), padded(b)).map { $0 == 1 ? $1 : $0 }
  }

  /// The sum of products along the rows of the left matrix.
  private mutating func appendColumn(
    _ left: Expression, _ right: Expression, _ shape: [Dimension], to result: ValueID
  ) {
    let rank = right.shape.count
    let own = Array(right.shape.dropLast(2)) + [1, right.shape[rank - 2]]
    let column = right.mapViews(shape: own) { view in
      var view = view
      view.strides = Array(view.strides.dropLast(2)) + [0, view.strides[rank - 2]]
      return view
    }
    let program = PointwiseProgram(
      instructions: [.init(.multiply, [.operand(0), .operand(1)])],
      yields: [.init(.instruction(0))])
    appendReduction(
      .sum, Expression(program, of: [left, column], shape: shape), axes: [shape.count - 1],
      to: result)
  }
}

extension Expression {
  /// The same with one more axis, of extent 1.
  fileprivate func inserting(axis: Int) -> Expression {
    var own = shape
    own.insert(1, at: axis)
    return mapViews(shape: own) { view in
      var view = view
      view.strides.insert(0, at: axis)
      return view
    }
  }
}
