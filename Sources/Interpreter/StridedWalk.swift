internal import GraphIR

/// Takes every element of a result from the place in a source that is a sum of strides.
struct StridedWalk {
  private let shape: [Int]
  private var strides: [Int]
  private var start = 0

  /// Walks a result of a shape; one step along axis `i` goes `strides[i]` elements further in the
  /// source.
  init(of shape: [Int], strides: [Int]) {
    self.shape = shape
    self.strides = strides
  }

  /// Begins an axis at a place and goes on in steps.
  mutating func cut(_ axis: Int, start place: Int, step: Int) {
    start += place * strides[axis]
    strides[axis] *= step
  }

  /// Copies row by row of the last axis.
  func copy(_ source: Buffer, to result: Buffer, _ workers: Workers) {
    let length = shape.last ?? 1
    guard result.count > 0 else { return }
    let step = strides.last ?? 1
    let rows = IndexSpace(Array(shape.dropLast()), strides: Array(strides.dropLast()))
    workers.forEach(rows.count) { row in
      let from = start + rows.offset(row)
      let target = result.run(row * length, length)
      if step == 1 {
        target.copy(.run(source.run(from, length)))
      } else if step > 1 {
        target.gather(source.run(from, (length - 1) * step + 1), stride: step, scale: 1)
      } else {
        for index in 0..<length { result[row * length + index] = source[from + index * step] }
      }
    }
  }
}
