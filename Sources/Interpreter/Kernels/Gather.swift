internal import GraphIR

extension Gather {
  func compute(_ operands: [Buffer], into result: Buffer, _ workers: Workers) {
    let (source, places) = (operands[0], operands[1])
    let outer = source.shape[..<axis].reduce(1, *)
    let inner = source.shape[(axis + 1)...].reduce(1, *)
    let extent = source.shape[axis]
    workers.forEach(outer * places.count) { index in
      let (block, number) = index.quotientAndRemainder(dividingBy: places.count)
      let place = nearestIndex(places[number], below: extent)
      let row = source.run((block * extent + place) * inner, inner)
      result.run(index * inner, inner).copy(.run(row))
    }
  }
}

/// The index that is nearest to a number; 0 for a NaN.
func nearestIndex(_ number: Float, below extent: Int) -> Int {
  guard number > 0 else { return 0 }
  return number < Float(extent - 1) ? Int(number) : extent - 1
}
