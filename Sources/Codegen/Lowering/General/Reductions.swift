internal import GraphIR

extension StepBuilder {
  mutating func lower(_ op: Reduce, _ node: Node) {
    appendReduction(op.kind, expression(of: node.operands[0]), axes: op.axes, to: node.result)
  }

  /// The mean of every channel.
  mutating func lowerMean(_ node: Node) {
    appendReduction(.mean, expression(of: node.operands[0]), axes: [2, 3], to: node.result)
  }

  /// Combines an expression along axes; the result is in row-major order of the axes that are kept.
  mutating func appendReduction(
    _ kind: Reduce.Kind, _ source: Expression, axes: [Int], to result: ValueID
  ) {
    let all = source.shape.indices
    func space(_ axes: [Int]) -> StridedSpace {
      StridedSpace(
        axes.map { source.shape[$0] }, source.views.map { view in axes.map { view.strides[$0] } })
    }
    let kept = space(all.filter { !axes.contains($0) })
    var reduced = space(axes)
    if reduced.extents.isEmpty { reduced = StridedSpace(single: source.views.count) }
    let innermost = kept.kinds.compactMap(\.last)
    let holdsResults =
      !innermost.isEmpty && innermost.contains(.one) && !innermost.contains(.other)
    let kernel = ReduceKernel(
      lanes: target.lanes, kind: kind, program: source.program,
      operands: zip(kept.kinds, reduced.kinds).map { $0 + $1 }, keptRank: kept.extents.count,
      reducedRank: reduced.extents.count, holdsResults: holdsResults)
    let count = Dimension.product(reduced.extents)
    let strides = zip(kept.strides, reduced.strides).flatMap { kept, reduced in
      (kept + reduced).filter { AxisStride($0) == .other }
    }
    var pieces = kept.extents
    if holdsResults, let last = pieces.last {
      pieces[pieces.count - 1] = last.scaled(plus: target.lanes - 1, over: target.lanes)
    }
    appendCall(
      .reduce(kernel), source.views.map(PlainCall.Source.init), to: [result],
      sizes: kept.extents + reduced.extents + [count] + strides, work: .product(pieces))
  }

  mutating func lower(_ op: ArgReduce, _ node: Node) {
    let kernel = ArgReduceKernel(kind: op.kind, takesLast: op.takesLast)
    appendSearch(.argReduce(kernel), node, axis: op.axis)
  }

  mutating func lower(_ op: TopK, _ node: Node) {
    appendSearch(.topK(TopKKernel(count: op.k, largest: op.largest)), node, axis: op.axis)
  }

  mutating func lower(_ op: CumulativeSum, _ node: Node) {
    let split = AxisSplit(shape(of: node.operands[0]), op.axis)
    let lanes = split.inner == 1 ? 1 : target.lanes
    appendCall(
      .cumulativeSum(CumulativeSumKernel(lanes: lanes)),
      [PlainCall.Source(inMemory(node.operands[0]))], to: node.results,
      sizes: [split.extent, split.inner],
      work: split.outer * split.inner.scaled(plus: lanes - 1, over: lanes))
  }

  private mutating func appendSearch(_ kernel: PlainKernel, _ node: Node, axis: Int) {
    let split = AxisSplit(shape(of: node.operands[0]), axis)
    appendCall(
      kernel, [PlainCall.Source(inMemory(node.operands[0]))], to: node.results,
      sizes: [split.extent, split.inner], work: split.outer * split.inner)
  }

  /// Appends a step that writes whole values.
  mutating func appendCall(
    _ kernel: PlainKernel, _ sources: [PlainCall.Source], to results: [ValueID],
    sizes: [Dimension], work: Dimension
  ) {
    append(
      .plain(
        PlainCall(
          kernel: kernel, sources: sources, targets: results.map { .value($0, offset: 0) },
          sizes: sizes, work: work)))
  }
}

/// A shape seen as what is in front of an axis, the axis, and what is behind it.
struct AxisSplit {
  let outer: Dimension
  let extent: Dimension
  let inner: Dimension

  init(_ shape: [Dimension], _ axis: Int) {
    outer = .product(shape[..<axis])
    extent = shape[axis]
    inner = .product(shape[(axis + 1)...])
  }
}
