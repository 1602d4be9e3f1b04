/// How operands of other shapes are repeated over a result.
///
/// The last axes over which every operand is either complete or a single number are walked as
/// one: then each operand is a run of elements or one repeated number.
struct Broadcast {
  /// Elements of the result that are consecutive in all operands.
  let inner: Int
  private let shape: [Int]
  private let operands: [Operand]

  private struct Operand {
    let buffer: Buffer
    /// Elements to go for one step along each axis of the result; 0 where it is repeated.
    var strides: [Int]
    var isRun: Bool
  }

  init(_ buffers: [Buffer], to shape: [Int]) {
    let aligned = buffers.map {
      Array(repeating: 1, count: shape.count - $0.shape.count) + $0.shape
    }
    let split = Self.split(aligned, shape)
    self.shape = shape
    inner = shape[split...].reduce(1, *)
    operands = zip(buffers, aligned).map { buffer, own in
      Operand(
        buffer: buffer, strides: Self.strides(own),
        isRun: own[split...].elementsEqual(shape[split...]))
    }
  }

  /// The first axis of those that are walked as one.
  private static func split(_ operands: [[Int]], _ shape: [Int]) -> Int {
    var split = shape.count
    while split > 0 {
      let tail = shape[(split - 1)...]
      let fits = operands.allSatisfy { own in
        own[(split - 1)...].elementsEqual(tail) || own[(split - 1)...].allSatisfy { $0 == 1 }
      }
      if !fits { break }
      split -= 1
    }
    return split
  }

  private static func strides(_ shape: [Int]) -> [Int] {
    var strides: [Int] = []
    var step = 1
    for extent in shape.reversed() {
      strides.append(extent == 1 ? 0 : step)
      step *= extent
    }
    return strides.reversed()
  }

  /// What an operand holds for `count` elements of the result from `start` on, which lie between
  /// two multiples of `inner`.
  func source(_ index: Int, at start: Int, _ count: Int) -> Source {
    let operand = operands[index]
    var rest = start
    var offset = 0
    for axis in shape.indices.reversed() {
      offset += rest % shape[axis] * operand.strides[axis]
      rest /= shape[axis]
    }
    return operand.isRun ? .run(operand.buffer.run(offset, count)) : .number(operand.buffer[offset])
  }

  /// Calls `body` for pieces of `range` that lie between two multiples of `inner` and are at most
  /// `limit` elements long.
  func forEachPiece(of range: Range<Int>, limit: Int, _ body: (_ start: Int, _ count: Int) -> Void)
  {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, (start / inner + 1) * inner, start + limit)
      body(start, end - start)
      start = end
    }
  }
}

/// The common shape of several that are broadcast, aligned at their end.
func broadcastShape(_ shapes: [[Int]]) -> [Int] {
  let rank = shapes.map(\.count).max() ?? 0
  return (0..<rank).map { axis in
    let extents = shapes.compactMap { shape in
      axis < rank - shape.count ? nil : shape[axis - (rank - shape.count)]
    }
    return extents.first { $0 != 1 } ?? 1
  }
}
