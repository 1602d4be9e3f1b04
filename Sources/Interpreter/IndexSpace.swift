internal import GraphIR

/// All indices of some axes of a buffer, numbered in row-major order.
struct IndexSpace {
  /// Extents of the axes.
  private let extents: [Int]
  /// Elements from one index of an axis to the next.
  private let strides: [Int]
  /// Number of indices.
  let count: Int

  init(_ extents: [Int], strides: [Int]) {
    self.extents = extents
    self.strides = strides
    count = extents.reduce(1, *)
  }

  /// Some axes of a row-major buffer.
  init(_ axes: [Int], of shape: [Int]) {
    let all = rowMajorStrides(shape)
    self.init(axes.map { shape[$0] }, strides: axes.map { all[$0] })
  }

  /// The offset of the element of an index.
  func offset(_ index: Int) -> Int {
    var rest = index
    var offset = 0
    for axis in extents.indices.reversed() {
      offset += rest % extents[axis] * strides[axis]
      rest /= extents[axis]
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
