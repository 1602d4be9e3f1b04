internal import Glibc
internal import GraphIR

extension Run {
  /// Sets every element to a function of one of each argument.
  func apply(_ function: PointwiseFunction, _ arguments: [Source]) {
    switch function {
    case .add: map(arguments[0], arguments[1]) { $0 + $1 }
    case .subtract: map(arguments[0], arguments[1]) { $0 - $1 }
    case .multiply: map(arguments[0], arguments[1]) { $0 * $1 }
    case .sigmoid: map(arguments[0]) { 1 / (1 + expf(-$0)) }
    case .tanh: map(arguments[0]) { tanhf($0) }
    case .relu: map(arguments[0]) { $0 < 0 ? 0 : $0 }
    case .leakyReLU(let slope): map(arguments[0]) { $0 > 0 ? $0 : slope * $0 }
    case .elu(let alpha): map(arguments[0]) { $0 > 0 ? $0 : alpha * expm1f($0) }
    case .hardSigmoid(let alpha, let beta):
      map(arguments[0]) { clamped(alpha * $0 + beta) }
    case .softplus: map(arguments[0]) { ($0 > 0 ? $0 : 0) + log1pf(expf(-abs($0))) }
    case .divide: map(arguments[0], arguments[1]) { $0 / $1 }
    case .power: map(arguments[0], arguments[1]) { powf($0, $1) }
    case .minimum: map(arguments[0], arguments[1]) { $0.isNaN || $0 < $1 ? $0 : $1 }
    case .maximum: map(arguments[0], arguments[1]) { $0.isNaN || $0 > $1 ? $0 : $1 }
    case .modulo: map(arguments[0], arguments[1], modulo)
    case .remainder: map(arguments[0], arguments[1]) { fmodf($0, $1) }
    case .less: map(arguments[0], arguments[1]) { $0 < $1 ? 1 : 0 }
    case .lessOrEqual: map(arguments[0], arguments[1]) { $0 <= $1 ? 1 : 0 }
    case .equal: map(arguments[0], arguments[1]) { $0 == $1 ? 1 : 0 }
    case .select: map(arguments[0], arguments[1], arguments[2]) { $0 != 0 ? $1 : $2 }
    case .negate: map(arguments[0]) { -$0 }
    case .absolute: map(arguments[0]) { abs($0) }
    case .sign: map(arguments[0]) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .reciprocal: map(arguments[0]) { 1 / $0 }
    case .squareRoot: map(arguments[0]) { $0.squareRoot() }
    case .exponential: map(arguments[0]) { expf($0) }
    case .logarithm: map(arguments[0]) { logf($0) }
    case .errorFunction: map(arguments[0]) { erff($0) }
    case .sine: map(arguments[0]) { sinf($0) }
    case .cosine: map(arguments[0]) { cosf($0) }
    case .floor: map(arguments[0]) { $0.rounded(.down) }
    case .ceil: map(arguments[0]) { $0.rounded(.up) }
    case .round: map(arguments[0]) { $0.rounded(.toNearestOrEven) }
    }
  }
}

/// A number held between 0 and 1; a NaN stays one.
private func clamped(_ number: Float) -> Float { number < 0 ? 0 : number > 1 ? 1 : number }

/// The remainder with the sign of `b`.
private func modulo(_ a: Float, _ b: Float) -> Float {
  let rest = fmodf(a, b)
  if rest == 0 { return Float(signOf: b, magnitudeOf: 0) }
  return (rest < 0) == (b < 0) ? rest : rest + b
}

extension Pointwise {
  /// Elements that one thread computes at a time.
  private static let block = 1 << 16

  func compute(_ operands: [Buffer], into result: Buffer, _ workers: Workers) {
    let broadcast = Broadcast(operands, to: result.shape)
    let blocks = result.count.ceiledQuotient(Self.block)
    workers.forEach(blocks) { block in
      let start = block * Self.block
      let range = start..<min(start + Self.block, result.count)
      broadcast.forEachPiece(of: range, limit: Self.block) { start, count in
        let arguments = operands.indices.map { broadcast.source($0, at: start, count) }
        result.run(start, count).apply(function, arguments)
      }
    }
  }
}
