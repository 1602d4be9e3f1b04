internal import GraphIR

extension Concat {
  func compute(_ operands: [Buffer], into result: Buffer, _ workers: Workers) {
    let outer = result.shape[..<axis].reduce(1, *)
    let inner = result.shape[(axis + 1)...].reduce(1, *)
    let row = result.shape[axis] * inner
    workers.forEach(outer) { index in
      var target = index * row
      for operand in operands {
        let length = operand.shape[axis] * inner
        result.run(target, length).copy(.run(operand.run(index * length, length)))
        target += length
      }
    }
  }
}
