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
    case .reduce(let op): op.compute(operands[0], into: results[0], workers)
    case .argReduce(let op): op.compute(operands[0], into: results[0], workers)
    case .topK(let op): op.compute(operands[0], into: results, workers)
    case .cumulativeSum(let op): op.compute(operands[0], into: results[0], workers)
    case .transpose(let op): op.compute(operands[0], into: results[0], workers)
    case .reshape(let op): op.compute(operands[0], into: results[0], workers)
    case .expand(let op): op.compute(operands[0], into: results[0], workers)
    case .pad(let op): op.compute(operands[0], into: results[0], workers)
    case .gather(let op): op.compute(operands, into: results[0], workers)
    case .pool2D(let op): op.compute(operands[0], into: results[0], workers)
    case .maxUnpool2D: MaxUnpool2D.compute(operands, into: results[0], workers)
    case .matMul(let op): op.compute(operands, into: results[0], workers)
    case .depthToSpace(let op): op.compute(operands[0], into: results[0], workers)
    case .spaceToDepth(let op): op.compute(operands[0], into: results[0], workers)
    case .resize(let op): op.compute(operands[0], into: results[0], workers)
    case .gridSample(let op): op.compute(operands, into: results[0], workers)
    case .windowMeans(let op): op.compute(operands, into: results[0], workers)
    }
  }
}
