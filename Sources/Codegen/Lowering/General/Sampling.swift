internal import GraphIR

extension StepBuilder {
  mutating func lower(_ op: Pad, _ node: Node) {
    let (shape, result) = (shape(of: node.operands[0]), shape(of: node.result))
    var axes: [(extent: Dimension, low: Dimension, result: Dimension)] = []
    for axis in shape.indices {
      // Neighbours to which nothing is added are one axis.
      if let last = axes.last, last.low == 0, last.result == last.extent, op.low[axis] == 0,
        op.high[axis] == 0
      {
        let extent = last.extent * shape[axis]
        axes[axes.count - 1] = (extent, 0, extent)
      } else {
        axes.append((shape[axis], op.low[axis], result[axis]))
      }
    }
    if axes.isEmpty { axes = [(1, 0, 1)] }
    let kernel = PadKernel(
      lanes: target.lanes, mode: op.mode, value: op.value, rank: axes.count)
    appendCall(
      .pad(kernel), [PlainCall.Source(inMemory(node.operands[0]))], to: node.results,
      sizes: axes.flatMap { [$0.extent, $0.low, $0.result] },
      work: .product(axes.dropLast().map(\.result)))
  }

  mutating func lower(_ op: Gather, _ node: Node) {
    let split = AxisSplit(shape(of: node.operands[0]), op.axis)
    let count = Dimension.product(shape(of: node.operands[1]))
    let sources = node.operands.map { PlainCall.Source(inMemory($0)) }
    appendCall(
      .gather(GatherKernel(lanes: target.lanes)), sources, to: node.results,
      sizes: [split.extent, split.inner, count], work: split.outer * count)
  }

  mutating func lowerUnpool(_ node: Node) {
    let (shape, result) = (shape(of: node.operands[0]), shape(of: node.result))
    let sources = node.operands.map { PlainCall.Source(inMemory($0)) }
    appendCall(
      .unpool(UnpoolKernel(lanes: target.lanes)), sources, to: node.results,
      sizes: [shape[2] * shape[3], result[2] * result[3]], work: shape[0] * shape[1])
  }

  mutating func lower(_ op: GridSample, _ node: Node) {
    let (shape, result) = (shape(of: node.operands[0]), shape(of: node.result))
    let sources = node.operands.map { PlainCall.Source(inMemory($0)) }
    appendCall(
      .gridSample(GridSampleKernel(lanes: target.lanes, op: op)), sources, to: node.results,
      sizes: Array(shape[1...]) + result[2...], work: shape[0] * result[2])
  }

  /// Sampling of at most one axis.
  mutating func lower(_ op: Resize, _ node: Node) {
    let (shape, result) = (shape(of: node.operands[0]), shape(of: node.result))
    let changed = shape.indices.first { axis in
      shape[axis] != result[axis] || op.scales.indices.contains(axis) && op.scales[axis] != 1
    }
    guard let axis = changed else {
      return define(node.result, expression(of: node.operands[0]))
    }
    let split = AxisSplit(shape, axis)
    var plain = op
    plain.extents = []
    plain.scales = []
    let isAlongRows = split.inner == 1 && (!op.antialiases || op.mode == .nearest)
    let kernel = ResizeKernel(
      lanes: target.lanes, resize: plain, scale: op.scales.isEmpty ? nil : op.scales[axis],
      isAlongRows: isAlongRows)
    appendCall(
      .resize(kernel), [PlainCall.Source(inMemory(node.operands[0]))], to: node.results,
      sizes: [split.extent, result[axis], split.inner],
      work: isAlongRows ? split.outer : split.outer * result[axis])
  }
}
