internal import GraphIR

extension GlobalAveragePool {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let plane = operand.shape[2] * operand.shape[3]
    workers.forEach(result.count) { channel in
      result[channel] = Float(operand.run(channel * plane, plane).sum / Double(plane))
    }
  }
}
