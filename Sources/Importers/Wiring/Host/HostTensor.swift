internal import GraphIR

/// A tensor that is known when a model is imported.
///
/// Its numbers may be expressions of extents that are not known before the network runs.
struct HostTensor: Hashable, Sendable {
  /// The numbers in row-major order.
  enum Elements: Hashable, Sendable {
    /// Of the float types.
    case floats([Float])
    /// Of the integer types and, 0 or 1, of bool.
    case integers([Int])
    /// Of any type, where some depend on extents.
    case symbols([SymbolicNumber])
    /// One number throughout; the only form in which the shape may be symbolic.
    case fill(Double)
  }

  /// A tensor of more elements is not computed ahead of time.
  static let countLimit = 1 << 28
  /// A tensor of more elements is not made of a smaller one.
  static let expansionLimit = 1 << 20

  /// The type that the model gives.
  var element: ONNXElement
  var shape: [Dimension]
  private(set) var elements: Elements
  /// The name of the initializer.
  var name: String?
  /// Which tensor of a program this is, where that matters (``InPlaceChanges``).
  var memory: Int?

  init(_ element: ONNXElement, _ shape: [Int], _ elements: Elements, name: String? = nil) {
    self.element = element
    self.shape = shape.map(Dimension.fixed)
    self.elements = elements
    self.name = name
  }

  init(_ element: ONNXElement, fill number: Double, _ shape: [Dimension]) {
    (self.element, self.shape, elements) = (element, shape, .fill(number))
  }

  /// A list of whole numbers.
  init(list: [Int]) { self.init(.int64, [list.count], .integers(list)) }

  /// A list of extents.
  init(extents: [Dimension]) {
    self.init(
      .int64, [extents.count], Self.simplified(extents.map { SymbolicNumber($0) }, .int64))
  }

  /// Symbols where a number depends on one, numbers elsewhere.
  static func simplified(_ numbers: [SymbolicNumber], _ element: ONNXElement) -> Elements {
    if element.isFloat {
      let fixed = numbers.compactMap(\.fixedNumber)
      return fixed.count == numbers.count ? .floats(fixed.map { Float($0) }) : .symbols(numbers)
    }
    let fixed = numbers.compactMap(\.fixedValue)
    return fixed.count == numbers.count ? .integers(fixed) : .symbols(numbers)
  }

  /// The number of elements, or nil where it is not known or out of range.
  var count: Int? { TensorType(.float32, shape).elementCount }

  /// Elements that are stored one by one.
  var storedCount: Int {
    switch elements {
    case .floats(let floats): floats.count
    case .integers(let integers): integers.count
    case .symbols(let symbols): symbols.count
    case .fill: 0
    }
  }

  /// The shape in numbers.
  var fixedShape: [Int]? { TensorType(.float32, shape).fixedShape }

  /// The smallest element, where all are known and there is one.
  var smallest: Double? {
    switch elements {
    case .fill(let number): number
    case .floats(let floats): floats.min().map(Double.init)
    case .integers(let integers): integers.min().map(Double.init)
    case .symbols: nil
    }
  }

  /// Whether the tensor has one number throughout, and which.
  var uniform: Double? {
    switch elements {
    case .fill(let number): number
    case .floats(let floats):
      floats.first.flatMap { first in
        floats.allSatisfy { $0 == first } ? Double(first) : nil
      }
    case .integers(let integers):
      integers.first.flatMap { first in
        integers.allSatisfy { $0 == first } ? Double(first) : nil
      }
    case .symbols: nil
    }
  }

  /// Whether every element is zero.
  var isZero: Bool { uniform == 0 }

  /// The same tensor as a fill where it has one number throughout.
  ///
  /// Exporters bake states of zeros into a model in full size.
  var compressed: HostTensor {
    guard element.isFloat, let count, count > 1, let uniform else { return self }
    var copy = HostTensor(element, fill: uniform, shape)
    copy.name = name
    return copy
  }

  /// The same elements under another shape of equal size.
  func reshaped(_ shape: [Dimension]) -> HostTensor {
    var copy = self
    copy.shape = shape
    return copy
  }

  /// The elements one by one, where the shape is fixed.
  ///
  /// - Throws: `ONNXFault.tooLarge`, `.needsConstant`.
  func expanded() throws(ImportError) -> HostTensor {
    guard case .fill(let number) = elements else { return self }
    guard let shape = fixedShape else {
      throw ImportError(.onnx(.needsConstant(what: "the size of a constant")))
    }
    guard let count, count <= Self.expansionLimit else {
      throw ImportError(.onnx(.tooLarge(elements: count)))
    }
    let elements: Elements =
      element.isFloat
      ? .floats([Float](repeating: Float(number), count: count))
      : .integers([Int](repeating: Int(exactly: number) ?? 0, count: count))
    return HostTensor(element, shape, elements, name: name)
  }
}

extension HostTensor {
  /// The numbers as whole ones.
  ///
  /// - Parameter what: What they are, for the message.
  /// - Throws: `ONNXFault.needsConstant` where one depends on an extent, `.invalid` for fractions.
  func integers(_ what: String) throws(ImportError) -> [Int] {
    switch try expanded().elements {
    case .integers(let integers): return integers
    case .floats(let floats):
      let whole = floats.compactMap { Int(exactly: $0) }
      guard whole.count == floats.count else {
        throw ImportError(.onnx(.invalid("\(what) should be whole numbers")))
      }
      return whole
    case .symbols, .fill: throw ImportError(.onnx(.needsConstant(what: what)))
    }
  }

  /// The numbers as floats.
  func floats(_ what: String) throws(ImportError) -> [Float] {
    switch try expanded().elements {
    case .integers(let integers): return integers.map { Float($0) }
    case .floats(let floats): return floats
    case .symbols, .fill: throw ImportError(.onnx(.needsConstant(what: what)))
    }
  }

  /// The numbers as extents.
  func extents(_ what: String) throws(ImportError) -> [Dimension] {
    let extents = try symbols(what).compactMap(\.dimension)
    guard extents.count == count else {
      throw ImportError(.onnx(.invalid("\(what) should be whole numbers")))
    }
    return extents
  }

  /// The numbers as expressions.
  func symbols(_ what: String) throws(ImportError) -> [SymbolicNumber] {
    switch try expanded().elements {
    case .integers(let integers): return integers.map { SymbolicNumber(.fixed($0)) }
    case .symbols(let symbols): return symbols
    case .floats(let floats):
      let numbers = floats.compactMap { SymbolicNumber(number: Double($0)) }
      guard numbers.count == floats.count else {
        throw ImportError(.onnx(.needsConstant(what: what)))
      }
      return numbers
    case .fill: throw ImportError(.onnx(.needsConstant(what: what)))
    }
  }

  /// The elements at given places.
  func picked(_ indices: [Int], shape: [Int]) throws(ImportError) -> HostTensor {
    let source = try expanded()
    let elements: Elements =
      switch source.elements {
      case .floats(let floats): .floats(indices.map { floats[$0] })
      case .integers(let integers): .integers(indices.map { integers[$0] })
      case .symbols(let symbols): Self.simplified(indices.map { symbols[$0] }, element)
      case .fill(let number): .fill(number)
      }
    return HostTensor(element, shape, elements)
  }

  /// As many elements of every part as `runs` says, in turn until none is left.
  static func interleaved(
    _ parts: [HostTensor], runs: [Int], shape: [Int]
  ) throws(ImportError) -> HostTensor {
    let element = parts[0].element
    let elements: Elements
    if parts.contains(where: { if case .symbols = $0.elements { true } else { false } }) {
      let all = try parts.map { part throws(ImportError) in try part.symbols("an operand") }
      elements = simplified(inTurn(all, runs), element)
    } else if element.isFloat {
      let all = try parts.map { part throws(ImportError) in try part.floats("an operand") }
      elements = .floats(inTurn(all, runs))
    } else {
      let all = try parts.map { part throws(ImportError) in try part.integers("an operand") }
      elements = .integers(inTurn(all, runs))
    }
    return HostTensor(element, shape, elements)
  }

  private static func inTurn<Number>(_ parts: [[Number]], _ runs: [Int]) -> [Number] {
    let count = parts.reduce(0) { $0 + $1.count }
    var all: [Number] = []
    all.reserveCapacity(count)
    var starts = [Int](repeating: 0, count: parts.count)
    while all.count < count {
      for (index, run) in runs.enumerated() {
        all += parts[index][starts[index]..<starts[index] + run]
        starts[index] += run
      }
    }
    return all
  }
}
