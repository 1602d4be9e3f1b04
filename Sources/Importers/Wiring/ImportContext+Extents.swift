internal import GraphIR

/// Numbers that depend on extents, as values of the graph.
extension ImportContext {
  /// What is computed now; nil where only the graph can, since it depends on extents.
  func known<Result>(_ compute: () throws(ImportError) -> Result) throws(ImportError) -> Result? {
    do throws(ImportError) { return try compute() } catch {
      if case .onnx(.needsConstant) = error.fault { return nil }
      throw error
    }
  }

  /// The numbers `0, 1, …`, as many as an extent says.
  ///
  /// - Throws: `ONNXFault.unsupported` where float32 does not hold them.
  mutating func ramp(_ count: Dimension) throws(ImportError) -> ValueID {
    try checkHeld(count)
    let one = scalar(1)
    let ones = try apply(.expand(Expand([count])), [one])
    let sums = try apply(.cumulativeSum(CumulativeSum(axis: 0)), [ones])
    return try apply(.subtract, sums, one)
  }

  /// - Throws: `ONNXFault.unsupported` where float32 does not hold every whole number up to this one.
  func checkHeld(_ number: Dimension) throws(ImportError) {
    if number.fixedValue ?? 0 > 1 << 24 {
      throw ImportError(.onnx(.unsupported("a whole number beyond 2^24, which is computed with,")))
    }
  }

  /// A tensor of numbers, some of which depend on extents.
  ///
  /// - Throws: `ONNXFault.tooLarge` for many of them.
  mutating func id(_ numbers: [SymbolicNumber], _ shape: [Dimension]) throws(ImportError)
    -> ValueID
  {
    try extents.take(numbers.count)
    if shape.isEmpty, let number = numbers.first { return try id(number) }
    var parts: [ValueID] = []
    for number in numbers { parts.append(try element(number)) }
    let list = parts.count == 1 ? parts[0] : try apply(.concat(Concat(axis: 0)), parts)
    return type(list).shape == shape ? list : try apply(.reshape(Reshape(shape)), [list])
  }

  /// A number as a tensor `[1]`, once: tensors of extents mostly repeat some few.
  private mutating func element(_ number: SymbolicNumber) throws(ImportError) -> ValueID {
    if let known = extents.elements[number] { return known }
    let result = try apply(.reshape(Reshape([1])), [try id(number)])
    extents.elements[number] = result
    return result
  }

  private mutating func id(_ number: SymbolicNumber) throws(ImportError) -> ValueID {
    let numerator = try id(number.numerator)
    if number.divisor == 1 { return numerator }
    return try apply(.divide, numerator, scalar(Float(number.divisor)))
  }

  /// An extent as a number.
  private mutating func id(_ extent: Dimension) throws(ImportError) -> ValueID {
    if let number = extent.fixedValue { return scalar(Float(number)) }
    if let known = extents.values[extent] { return known }
    let result = try computed(extent)
    extents.values[extent] = result
    return result
  }

  /// Only symbols are counted, as sums of so many ones: what is computed from them may be no extent,
  /// such as `W - 1` for a single column.
  private mutating func computed(_ extent: Dimension) throws(ImportError) -> ValueID {
    switch extent {
    case .fixed(let value): return scalar(Float(value))
    case .symbol:
      let ones = try apply(.expand(Expand([extent])), [scalar(1)])
      return try apply(.reduce(Reduce(.sum, axes: [0])), [ones])
    case .quotient(let base, let divisor):
      let quotient = try apply(.divide, try id(base), scalar(Float(divisor)))
      return try apply(.floor, quotient)
    case .sum(let sum):
      var total = scalar(Float(sum.offset))
      for term in sum.terms {
        try extents.take(term.factors.count)
        var product = scalar(Float(term.coefficient))
        for factor in term.factors { product = try apply(.multiply, product, try id(factor)) }
        total = try apply(.add, total, product)
      }
      return total
    }
  }
}

/// Extents that became values of the graph.
struct ExtentValues: Sendable {
  /// Numbers and factors in all: a small file may make large sums again and again.
  private static let limit = 1 << 16

  var values: [Dimension: ValueID] = [:]
  var elements: [SymbolicNumber: ValueID] = [:]
  private var taken = 0

  /// - Throws: `ONNXFault.tooLarge` where that is too many.
  mutating func take(_ count: Int) throws(ImportError) {
    taken += count
    if taken > Self.limit { throw ImportError(.onnx(.tooLarge(elements: nil))) }
  }
}
