internal import GraphIR

extension Op {
  /// Computes the results, whose shapes are those of the type rule, from the operands.
  func compute(_ operands: [Buffer], into results: [Buffer], _ workers: Workers) {
    switch self {
    case .conv2D(let op): op.compute(operands, into: results[0], workers)
    case .pointwise(let op): op.compute(operands, into: results[0], workers)
    case .concat(let op): op.compute(operands, into: results[0], workers)
    case .slice(let op): op.compute(operands[0], into: results[0], workers)
    case .globalAveragePool(let op): op.compute(operands[0], into: results[0], workers)
    case .fused(let op): op.compute(operands, into: results, workers)
    case .reduce, .argReduce, .topK, .transpose, .reshape, .expand, .pad, .gather, .pool2D,
      .matMul, .depthToSpace, .spaceToDepth, .resize:
      preconditionFailure("\(operation.mnemonic) has no kernel")
    }
  }

  /// Whether `compute` knows the operation.
  var hasKernel: Bool {
    switch self {
    case .conv2D, .pointwise, .concat, .slice, .globalAveragePool, .fused: true
    default: false
    }
  }
}
