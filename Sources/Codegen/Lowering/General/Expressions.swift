internal import GraphIR

/// Values in row-major order: seen in other ways and computed where they are read, until somebody
/// needs them in memory.
extension StepBuilder {
  /// What a value is made of.
  func expression(of value: ValueID) -> Expression {
    pending[value] ?? Expression(View(value, shape: shape(of: value)), shape: shape(of: value))
  }

  /// Says what a value is made of.
  ///
  /// It is computed where it is read, unless it is arithmetic that several would repeat.
  mutating func define(_ value: ValueID, _ expression: Expression) {
    pending[value] = expression
    let isRepeated = expression.view == nil && readers(of: value) > 1
    if isRepeated || expression.isLarge { _ = inMemory(value) }
  }

  /// A view of a value's elements one after the other, which are computed if they have to be.
  mutating func inMemory(_ value: ValueID) -> View {
    let own = View(value, shape: shape(of: value))
    guard let expression = pending.removeValue(forKey: value) else { return own }
    if let view = expression.view, view.isContiguous(expression.shape), layout(of: value) == .rows {
      pending[value] = expression
      return View(view, order: expression.shape)
    }
    appendMap(expression, to: own)
    return own
  }

  /// An operand of arithmetic whose result has a shape.
  ///
  /// Arithmetic that would be repeated over the result is done before.
  private mutating func operand(_ value: ValueID, of result: [Dimension]) -> Expression {
    let expression = expression(of: value)
    if expression.view != nil || expression.shape == result { return expression }
    return Expression(inMemory(value), shape: shape(of: value))
  }

  /// A program on values, broadcast to the shape of the result.
  mutating func apply(_ program: PointwiseProgram, _ operands: [ValueID], to result: ValueID)
    -> Expression
  {
    let own = shape(of: result)
    let expressions = operands.map { value -> Expression in
      if let number = graph.scalar(of: value) { return Expression(number, shape: own) }
      return operand(value, of: own)
    }
    return Expression(program, of: expressions, shape: own)
  }

  /// Brings a value to the caller.
  mutating func deliver(_ value: ValueID, to output: Int) {
    let expression = expression(of: value)
    appendMap(
      program: expression.program, expression.views, expression.shape,
      to: [(.output(output), View.rowMajor(expression.shape))])
  }

  /// Computes an expression into a value, or a part of one.
  mutating func appendMap(_ expression: Expression, to target: View) {
    appendMap(
      program: expression.program, expression.views, expression.shape,
      to: [(.value(target.base, offset: target.offset), target.strides)])
  }

  /// Computes a program at every index of a shape.
  mutating func appendMap(
    program: PointwiseProgram, _ views: [View], _ shape: [Dimension],
    to targets: [(target: PlainCall.Target, strides: [Dimension])]
  ) {
    var space = StridedSpace(shape, views.map(\.strides) + targets.map(\.strides))
    if space.extents.isEmpty {
      space = StridedSpace(single: views.count + targets.count)
    }
    let kinds = space.kinds
    let kernel = MapKernel(
      lanes: target.lanes, program: program, operands: Array(kinds[..<views.count]),
      results: Array(kinds[views.count...]))
    let last = space.extents[space.extents.count - 1]
    let blocks = last.scaled(plus: MapKernel.block - 1, over: MapKernel.block)
    append(
      .plain(
        PlainCall(
          kernel: .map(kernel), sources: views.map(PlainCall.Source.init),
          targets: targets.map(\.target), sizes: space.extents + [blocks] + space.sizes,
          work: .product(space.extents.dropLast()) * blocks)))
  }
}

extension Expression {
  /// A number at every index.
  init(_ number: Float, shape: [Dimension]) {
    self.shape = shape
    program = PointwiseProgram(yields: [.init(.constant(number))])
    views = []
  }

  /// Whether a function of it is better made a step.
  fileprivate var isLarge: Bool { program.instructions.count > 48 || views.count > 10 }
}

extension View {
  /// The elements of a view whose elements under a shape follow each other, in order.
  fileprivate init(_ view: View, order shape: [Dimension]) {
    self = View(view.base, shape: shape)
    offset = view.offset
  }
}

extension StridedSpace {
  /// A space of one index.
  init(single views: Int) {
    self.init(axis: 1, strides: Array(repeating: [1], count: views))
  }
}
