internal import GraphIR

extension HostTensor {
  /// The shape in numbers, bounded.
  ///
  /// - Throws: `ONNXFault.needsConstant`, `.tooLarge`.
  func checkedShape() throws(ImportError) -> [Int] {
    guard let shape = fixedShape else {
      throw ImportError(.onnx(.needsConstant(what: "the size of a constant")))
    }
    guard let count, count <= Self.countLimit else {
      throw ImportError(.onnx(.tooLarge(elements: count)))
    }
    return shape
  }

  /// - Throws: `ONNXFault.tooLarge` for much that would be made of little.
  static func checkGrowth(to count: Int?, from source: Int) throws(ImportError) {
    guard let count, count <= max(expansionLimit, 4 * source) else {
      throw ImportError(.onnx(.tooLarge(elements: count)))
    }
  }

  /// How far apart the elements are along every axis.
  private static func strides(_ shape: [Int]) -> [Int] { StridedLayout(contiguous: shape).strides }

  /// For every position of a shape in row-major order, the place that strides give.
  private static func places(_ shape: [Int], strides: [Int], from base: Int = 0) -> [Int] {
    // Other extents may be of any size then.
    if shape.contains(0) { return [] }
    var places = [base]
    for (extent, stride) in zip(shape, strides) where extent != 1 {
      var next: [Int] = []
      next.reserveCapacity(places.count * extent)
      for place in places {
        for step in 0..<extent { next.append(place + step * stride) }
      }
      places = next
    }
    return places
  }

  func transposed(_ permutation: [Int]) throws(ImportError) -> HostTensor {
    let source = try checkedShape()
    let shape = permutation.map { source[$0] }
    let strides = Self.strides(source)
    return try picked(
      Self.places(shape, strides: permutation.map { strides[$0] }), shape: shape)
  }

  /// The tensor repeated along axes of extent 1, aligned at the end.
  func broadcast(to shape: [Int]) throws(ImportError) -> HostTensor {
    if case .fill(let number) = elements {
      return HostTensor(element, fill: number, shape.map(Dimension.fixed))
    }
    if fixedShape == shape { return self }
    guard let count = elementCount(of: shape), count <= Self.expansionLimit else {
      throw ImportError(.onnx(.tooLarge(elements: elementCount(of: shape))))
    }
    let source = try checkedShape()
    let missing = shape.count - source.count
    let own = Self.strides(source)
    let strides = shape.indices.map { axis in
      axis < missing || source[axis - missing] == 1 ? 0 : own[axis - missing]
    }
    return try picked(Self.places(shape, strides: strides), shape: shape)
  }

  /// Elements `start`, `start + step`, … along every axis.
  func sliced(_ start: [Int], _ step: [Int], extents: [Int]) throws(ImportError) -> HostTensor {
    let strides = Self.strides(try checkedShape())
    let base = extents.contains(0) ? 0 : zip(start, strides).reduce(0) { $0 + $1.0 * $1.1 }
    let steps = extents.indices.map { extents[$0] > 1 ? step[$0] * strides[$0] : 0 }
    return try picked(Self.places(extents, strides: steps, from: base), shape: extents)
  }

  /// The slices that `indices` name along an axis.
  func gathered(_ indices: HostTensor, axis: Int) throws(ImportError) -> HostTensor {
    let shape = try checkedShape()
    let extent = shape[axis]
    let list = try indices.integers("the indices").map { $0 < 0 ? $0 + extent : $0 }
    guard list.allSatisfy({ 0..<extent ~= $0 }) else {
      throw ImportError(.onnx(.invalid("an index is out of range")))
    }
    let result = Array(shape[..<axis]) + (try indices.checkedShape()) + shape[(axis + 1)...]
    let count = elementCount(of: result)
    try Self.checkGrowth(to: count, from: elementCount(of: shape) ?? 0)
    guard let count, count > 0 else { return try picked([], shape: result) }
    let inner = Self.strides(shape)[axis]
    var places: [Int] = []
    places.reserveCapacity(count)
    while places.count < count {
      let slice = places.count / (list.count * inner) * extent
      for index in list {
        let start = (slice + index) * inner
        places += start..<start + inner
      }
    }
    return try picked(places, shape: result)
  }

  /// Tensors behind each other along an axis.
  static func concatenated(_ parts: [HostTensor], axis: Int) throws(ImportError) -> HostTensor {
    var shape = try parts[0].checkedShape()
    var runs: [Int] = []
    var total = 0
    shape[axis] = 0
    for part in parts {
      let own = try part.checkedShape()
      guard own.count == shape.count,
        own.indices.allSatisfy({ $0 == axis || own[$0] == shape[$0] })
      else { throw ImportError(.onnx(.invalid("its operands differ in shape"))) }
      // The extents of a tensor without elements may be of any size.
      guard part.count != 0 || own[axis] == 0 else {
        throw ImportError(.onnx(.unsupported("a tensor without elements")))
      }
      total += part.count ?? 0
      shape[axis] += own[axis]
      runs.append(part.count == 0 ? 0 : own[axis] * strides(own)[axis])
    }
    try checkGrowth(to: total, from: parts.compactMap(\.count).max() ?? 0)
    return try interleaved(parts, runs: runs, shape: shape)
  }
}
