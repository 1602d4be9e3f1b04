internal import GraphIR

/// Places of elements in row-major order.
struct HostIndex {
  let shape: [Int]
  let strides: [Int]

  init(_ shape: [Int]) {
    self.shape = shape
    strides = StridedLayout(contiguous: shape).strides
  }

  var count: Int { elementCount(of: shape) ?? 0 }

  /// Calls `body` with every position in order.
  func forEach(_ body: ([Int]) -> Void) {
    var position = [Int](repeating: 0, count: shape.count)
    for _ in 0..<count {
      body(position)
      for axis in shape.indices.reversed() {
        position[axis] += 1
        if position[axis] < shape[axis] { break }
        position[axis] = 0
      }
    }
  }

  /// For every position of `shape`, the element at the place that `source` gives.
  func map(_ source: ([Int]) -> Int) -> [Int] {
    var indices: [Int] = []
    indices.reserveCapacity(count)
    forEach { indices.append(source($0)) }
    return indices
  }

  func offset(_ position: [Int]) -> Int {
    zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

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

  func transposed(_ permutation: [Int]) throws(ImportError) -> HostTensor {
    let source = HostIndex(try checkedShape())
    let target = HostIndex(permutation.map { source.shape[$0] })
    let strides = permutation.map { source.strides[$0] }
    return try picked(
      target.map { zip($0, strides).reduce(0) { $0 + $1.0 * $1.1 } }, shape: target.shape)
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
    let source = HostIndex(try checkedShape())
    let missing = shape.count - source.shape.count
    let strides = shape.indices.map { axis in
      axis < missing || source.shape[axis - missing] == 1 ? 0 : source.strides[axis - missing]
    }
    return try picked(
      HostIndex(shape).map { zip($0, strides).reduce(0) { $0 + $1.0 * $1.1 } }, shape: shape)
  }

  /// Elements `start`, `start + step`, … along every axis.
  func sliced(_ start: [Int], _ step: [Int], extents: [Int]) throws(ImportError) -> HostTensor {
    let source = HostIndex(try checkedShape())
    return try picked(
      HostIndex(extents).map { position in
        position.indices.reduce(0) {
          $0 + (start[$1] + position[$1] * step[$1]) * source.strides[$1]
        }
      }, shape: extents)
  }

  /// The slices that `indices` name along an axis.
  func gathered(_ indices: HostTensor, axis: Int) throws(ImportError) -> HostTensor {
    let source = HostIndex(try checkedShape())
    let extent = source.shape[axis]
    let list = try indices.integers("the indices").map { $0 < 0 ? $0 + extent : $0 }
    guard list.allSatisfy({ 0..<extent ~= $0 }) else {
      throw ImportError(.onnx(.invalid("an index is out of range")))
    }
    let places = HostIndex(try indices.checkedShape())
    let rank = places.shape.count
    let shape = Array(source.shape[..<axis]) + places.shape + source.shape[(axis + 1)...]
    try Self.checkGrowth(to: elementCount(of: shape), from: source.count)
    return try picked(
      HostIndex(shape).map { position in
        let inner = places.offset(Array(position[axis..<axis + rank]))
        return source.offset(
          Array(position[..<axis]) + [list[inner]] + position[(axis + rank)...])
      }, shape: shape)
  }

  /// Tensors behind each other along an axis.
  static func concatenated(_ parts: [HostTensor], axis: Int) throws(ImportError) -> HostTensor {
    var shape = try parts[0].checkedShape()
    var owners: [(part: Int, index: Int)] = []
    var bases: [Int] = []
    var total = 0
    for (number, part) in parts.enumerated() {
      let own = try part.checkedShape()
      guard own.count == shape.count,
        own.indices.allSatisfy({ $0 == axis || own[$0] == shape[$0] })
      else { throw ImportError(.onnx(.invalid("its operands differ in shape"))) }
      bases.append(total)
      total += part.count ?? 0
      // The extents of a tensor without elements may be of any size.
      guard part.count != 0 || own[axis] == 0 else {
        throw ImportError(.onnx(.unsupported("a tensor without elements")))
      }
      owners += (0..<own[axis]).map { (number, $0) }
    }
    shape[axis] = owners.count
    try checkGrowth(to: total, from: parts.compactMap(\.count).max() ?? 0)
    let indices = try parts.map { part throws(ImportError) in HostIndex(try part.checkedShape()) }
    let flat = try joined(parts, shape: [total])
    return try flat.picked(
      HostIndex(shape).map { position in
        let owner = owners[position[axis]]
        var local = position
        local[axis] = owner.index
        return bases[owner.part] + indices[owner.part].offset(local)
      }, shape: shape)
  }
}
