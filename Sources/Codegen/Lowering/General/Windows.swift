internal import GraphIR

/// Convolutions and pools on images in row-major order.
extension StepBuilder {
  mutating func lower(_ op: Conv2D, _ node: Node) throws(CodegenError) {
    let result = shape(of: node.result)
    let weight = graph.type(of: node.operands[1]).fixedShape ?? [1, 1, 1, 1]
    let staged = try stage(
      node, op.window, kernel: Array(weight[2...]), outside: 0)
    let outputs = weight[0] / op.groups
    let kernel = ConvolutionKernel(
      lanes: target.lanes, window: staged.window, groups: op.groups, inputs: weight[1],
      outputs: outputs, hasBias: node.operands.count == 3,
      tile: .best(
        accumulators: 1, channels: outputs, vectorRegisters: target.vectorRegisters))
    let constants = node.operands.dropFirst().map { PlainCall.Source(inMemory($0)) }
    appendCall(
      .convolution(kernel), [staged.source] + constants, to: node.results,
      sizes: [result[2], result[3]] + staged.pitches,
      work: result[0] * .fixed(kernel.piecesPerRow) * result[2])
  }

  mutating func lower(_ op: Pool2D, _ node: Node) throws(CodegenError) {
    let (shape, result) = (shape(of: node.operands[0]), shape(of: node.result))
    let staged = try stage(
      node, op.window, kernel: op.kernel, outside: op.kind == .average ? 0 : -.infinity)
    let kernel = PoolKernel(
      lanes: target.lanes, kind: op.kind, window: staged.window, padding: op.window.padding,
      includesPadding: op.includesPadding)
    appendCall(
      .pool(kernel), [staged.source], to: node.results,
      sizes: [result[2], result[3]] + staged.pitches + [shape[2], shape[3]],
      work: result[0] * result[1] * result[2])
  }

  /// An image as kernels of windows read it.
  private struct Staged {
    var source: PlainCall.Source
    var window: StagedWindow
    /// Elements from plane to plane, row to row and phase to phase.
    var pitches: [Dimension]
  }

  /// Lays the first operand of a node out for a window, unless it can be read as it is.
  private mutating func stage(_ node: Node, _ window: Window, kernel: [Int], outside: Float)
    throws(CodegenError) -> Staged
  {
    let (operand, result) = (node.operands[0], shape(of: node.result))
    let shape = shape(of: operand)
    let source = PlainCall.Source(inMemory(operand))
    let staged = StagedWindow(kernel: kernel, stride: window.stride, dilation: window.dilation)
    // Rows and columns that the windows of all results cover.
    let covered = (0..<2).map { axis -> Dimension in
      let reach = window.dilation[axis] * (kernel[axis] - 1) + 1
      return result[axis + 2].scaled(
        by: window.stride[axis], plus: reach - window.stride[axis])
    }
    let isCovered = shape[2] == covered[0] && shape[3] == covered[1]
    if window.padding == [0, 0, 0, 0], window.stride[1] == 1, isCovered || kernel == [1, 1] {
      return Staged(
        source: source, window: staged, pitches: [shape[2] * shape[3], shape[3], shape[3]])
    }
    let columns = covered[1].scaled(plus: window.stride[1] - 1, over: window.stride[1])
    let pitch = columns * .fixed(window.stride[1])
    let copy = try temporary([shape[0], shape[1], covered[0], pitch], window, of: node)
    let kernel = StageKernel(
      lanes: target.lanes, top: window.padding[0], left: window.padding[1],
      stride: window.stride[1], outside: outside)
    appendCall(
      .stage(kernel), [source], to: [copy],
      sizes: [shape[2], shape[3], covered[0], columns],
      work: shape[0] * shape[1] * covered[0])
    return Staged(
      source: PlainCall.Source(View(copy, shape: [])), window: staged,
      pitches: [covered[0] * pitch, pitch, columns])
  }
}
