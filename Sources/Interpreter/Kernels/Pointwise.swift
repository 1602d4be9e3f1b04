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
    }
  }
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
