internal import GraphIR

extension Slice {
  func compute(_ operand: Buffer, into result: Buffer, _ workers: Workers) {
    let outer = operand.shape[..<axis].reduce(1, *)
    let inner = operand.shape[(axis + 1)...].reduce(1, *)
    let (row, length) = (operand.shape[axis] * inner, (end - start) * inner)
    workers.forEach(outer) { index in
      let source = operand.run(index * row + start * inner, length)
      result.run(index * length, length).copy(.run(source))
    }
  }
}
