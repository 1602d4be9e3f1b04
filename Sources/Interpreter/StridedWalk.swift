internal import GraphIR

/// Takes every element of a result from the place in a source that is a sum of strides.
struct StridedWalk {
  private let shape: [Int]
  private var strides: [Int]
  private var start = 0

  /// Walks a result of a shape along the axes of a source with as many axes.
  init(of shape: [Int], over source: [Int]) {
    self.init(of: shape, strides: rowMajorStrides(source))
  }

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
    guard let length = shape.last, length > 0 else {
      if shape.isEmpty { result[0] = source[start] }
      return
    }
    let step = strides[strides.count - 1]
    workers.forEach(result.count / length) { row in
      let from = start + offset(ofRow: row)
      let target = result.run(row * length, length)
      if step == 1 {
        target.copy(.run(source.run(from, length)))
      } else {
        for index in 0..<length { result[row * length + index] = source[from + index * step] }
      }
    }
  }

  private func offset(ofRow row: Int) -> Int {
    var rest = row
    var offset = 0
    for axis in shape.indices.dropLast().reversed() {
      offset += rest % shape[axis] * strides[axis]
      rest /= shape[axis]
    }
    return offset
  }
}

/// Elements from one index of every axis to the next.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides: [Int] = []
  var step = 1
  for extent in shape.reversed() {
    strides.append(step)
    step *= extent
  }
  return strides.reversed()
}

extension Dimension {
  /// The number of an extent that was evaluated for a run.
  var number: Int {
    guard let value = fixedValue else { preconditionFailure("\(self) is no number") }
    return value
  }
}
