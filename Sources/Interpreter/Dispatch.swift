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
    }
  }
}
