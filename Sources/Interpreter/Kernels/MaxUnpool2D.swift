internal import GraphIR

extension MaxUnpool2D {
  static func compute(_ operands: [Buffer], into result: Buffer, _ workers: Workers) {
    let (source, places) = (operands[0], operands[1])
    let count = source.shape[2] * source.shape[3]
    let size = result.shape[2] * result.shape[3]
    workers.forEach(source.shape[0] * source.shape[1]) { plane in
      for index in 0..<size { result[plane * size + index] = 0 }
      for index in plane * count..<(plane + 1) * count {
        result[plane * size + nearestIndex(places[index], below: size)] = source[index]
      }
    }
  }
}
