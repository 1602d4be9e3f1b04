internal import GraphIR

extension PassGraph {
  /// Adds an operation on a value of a shape.
  typealias Statement =
    @Sendable (inout PassGraph, ValueID, [Dimension]) throws(GraphError) -> Void

  /// What graphs are made of; what networks have most of stands here more than once.
  static let statements: [Statement] = [
    convolve, convolve, convolve, convolve, apply, apply, combine, combine, combine, combine,
    choose, join, join, average, reduce, accumulate, permute, merge, split, cut, pad, pool,
    multiply, rearrange, resize, expand,
  ]

  // MARK: - Images

  private static let convolve: Statement = { graph, x, shape throws(GraphError) in
    guard shape.count == 4, let channels = shape[1].fixedValue else { return }
    let groups = graph.choices.pick([1, 1, 1, channels])
    let kernel = graph.choices.pick([[1, 1], [3, 3], [1, 3], [2, 2], [3, 1]])
    let window = graph.window(of: kernel)
    let filters = graph.choices.pick([4, channels, 2])
    let filter = graph.weight(
      [filters, channels / groups, kernel[0], kernel[1]].map { .fixed($0) })
    let op = Op.conv2D(Conv2D(window: window, groups: groups))
    if graph.choices.happens(oneIn: 3) {
      try graph.add(op, x, filter, graph.weight([.fixed(filters)]))
    } else {
      try graph.add(op, x, filter)
    }
  }

  private mutating func window(of kernel: [Int]) -> Window {
    let dilation = choices.pick([[1, 1], [2, 2], [1, 3]])
    let reach = zip(kernel, dilation).map { ($0 - 1) * $1 }
    let same = reach.map { $0 / 2 } + reach.map { $0 - $0 / 2 }
    return Window(
      padding: choices.pick([same, same, [0, 0, 0, 0], [2, 1, 0, 1], [1, 1, 1, 1]]),
      stride: choices.pick([[1, 1], [1, 1], [2, 2], [1, 2]]), dilation: dilation)
  }

  private static let average: Statement = { graph, x, _ throws(GraphError) in
    try graph.add(.globalAveragePool(GlobalAveragePool()), x)
  }

  private static let pool: Statement = { graph, x, _ throws(GraphError) in
    let window = Window(
      padding: graph.choices.pick([[0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 1, 0]]),
      stride: graph.choices.pick([[2, 2], [1, 1]]))
    let pool = Pool2D(
      graph.choices.pick([.maximum, .average]),
      kernel: graph.choices.pick([[2, 2], [3, 3], [1, 2]]), window: window,
      includesPadding: graph.choices.happens(oneIn: 2),
      roundsUp: graph.choices.happens(oneIn: 4))
    try graph.add(.pool2D(pool), x)
  }

  private static let rearrange: Statement = { graph, x, _ throws(GraphError) in
    let order = graph.choices.pick([BlockOrder.crd, .dcr])
    if graph.choices.happens(oneIn: 2) {
      try graph.add(.depthToSpace(DepthToSpace(block: 2, order: order)), x)
    } else {
      try graph.add(.spaceToDepth(SpaceToDepth(block: 2, order: order)), x)
    }
  }

  private static let resize: Statement = { graph, x, shape throws(GraphError) in
    guard shape.count == 4 else { return }
    let (height, width) = (shape[2], shape[3])
    let extents = graph.choices.pick([[height * 2, width * 2], [5, 7], [height, width * 2]])
    let resize = Resize(
      extents: extents, mode: graph.choices.pick([.nearest, .linear, .cubic]),
      coordinates: graph.choices.pick([.halfPixel, .alignCorners, .asymmetric]))
    try graph.add(.resize(resize), x)
  }

  // MARK: - Element by element

  private static let apply: Statement = { graph, x, _ throws(GraphError) in
    let function: PointwiseFunction = graph.choices.pick([
      .relu, .sigmoid, .tanh, .leakyReLU(slope: 0.2), .negate, .absolute, .reciprocal,
      .squareRoot, .exponential, .logarithm, .errorFunction, .sine, .cosine, .softplus,
      .elu(alpha: 0.5), .hardSigmoid(alpha: 0.2, beta: 0.5),
    ])
    try graph.add(function, x)
  }

  private static let combine: Statement = { graph, x, shape throws(GraphError) in
    let function: PointwiseFunction = graph.choices.pick([
      .add, .multiply, .subtract, .divide, .maximum, .minimum, .power, .less,
    ])
    let other = graph.operand(with: shape)
    if graph.choices.happens(oneIn: 2) {
      try graph.add(function, other, x)
    } else {
      try graph.add(function, x, other)
    }
  }

  private static let choose: Statement = { graph, x, shape throws(GraphError) in
    try graph.add(.select, graph.value(), x, graph.operand(with: shape))
  }

  // MARK: - Along axes

  private static let reduce: Statement = { graph, x, _ throws(GraphError) in
    let reduce = Reduce(
      graph.choices.pick([.mean, .sum, .maximum, .minimum]),
      axes: graph.choices.pick([[2, 3], [1], [3], [0, 1], [1, 2, 3]]),
      keepsDimensions: !graph.choices.happens(oneIn: 3))
    try graph.add(.reduce(reduce), x)
  }

  private static let accumulate: Statement = { graph, x, _ throws(GraphError) in
    try graph.add(.cumulativeSum(CumulativeSum(axis: graph.choices.number(below: 4))), x)
  }

  private static let multiply: Statement = { graph, x, _ throws(GraphError) in
    try graph.add(.matMul(MatMul()), x, graph.value())
  }

  // MARK: - Movement

  private static let join: Statement = { graph, x, _ throws(GraphError) in
    try graph.add(.concat(Concat(axis: graph.choices.pick([1, 2, 3, 0]))), x, graph.value())
  }

  private static let permute: Statement = { graph, x, _ throws(GraphError) in
    let permutation = graph.choices.pick([
      [0, 2, 3, 1], [0, 3, 1, 2], [0, 2, 1], [1, 0, 2, 3], [0, 1, 3, 2],
    ])
    try graph.add(.transpose(Transpose(permutation)), x)
  }

  private static let merge: Statement = { graph, x, shape throws(GraphError) in
    guard shape.count > 1 else { return }
    let axis = graph.choices.number(below: shape.count - 1)
    let merged = shape[..<axis] + [shape[axis] * shape[axis + 1]] + shape[(axis + 2)...]
    try graph.add(.reshape(Reshape(Array(merged))), x)
  }

  private static let split: Statement = { graph, x, shape throws(GraphError) in
    let axis = graph.choices.number(below: shape.count + 1)
    try graph.add(.reshape(Reshape(shape[..<axis] + [1] + shape[axis...])), x)
  }

  private static let cut: Statement = { graph, x, shape throws(GraphError) in
    guard !shape.isEmpty else { return }
    let axis = graph.choices.number(below: shape.count)
    let start = Dimension.fixed(graph.choices.number(below: 4))
    let cut = Slice.Cut(
      axis: axis, start: start, extent: graph.choices.pick([1, 2, shape[axis] - start]),
      step: graph.choices.pick([1, 1, 2]))
    try graph.add(.slice(Slice([cut])), x)
  }

  private static let pad: Statement = { graph, x, shape throws(GraphError) in
    let edges = (0..<2).map { _ in
      shape.indices.map { $0 < 2 ? 0 : graph.choices.pick([Dimension.fixed(1), 0, 2]) }
    }
    let mode = graph.choices.pick([Pad.Mode.constant, .reflect, .edge])
    try graph.add(.pad(Pad(low: edges[0], high: edges[1], mode: mode)), x)
  }

  private static let expand: Statement = { graph, x, shape throws(GraphError) in
    let expanded = shape.map { $0 == 1 ? graph.choices.pick([Dimension.fixed(4), 1, 2]) : $0 }
    let leading: [Dimension] = graph.choices.happens(oneIn: 4) ? [2] : []
    try graph.add(.expand(Expand(leading + expanded)), x)
  }
}
