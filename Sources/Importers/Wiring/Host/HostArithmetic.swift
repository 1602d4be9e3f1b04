internal import GraphIR

/// Arithmetic of one kind on numbers that are known when a model is imported.
struct HostFunction: Sendable {
  /// On whole numbers; nil where the result is undefined, such as a quotient by zero.
  var integers: @Sendable (Int, Int) -> Int?
  var floats: @Sendable (Float, Float) -> Float
  /// On expressions of extents; nil where the result is none.
  var symbols: @Sendable (SymbolicNumber, SymbolicNumber) -> SymbolicNumber? = { _, _ in nil }
  /// Whether the result is 0 or 1, whatever the operands are.
  var isPredicate = false
}

extension HostTensor {
  /// Applies a function to two tensors with broadcasting.
  ///
  /// - Throws: `ONNXFault.invalid`, `.needsConstant` where it is not defined on what is known.
  static func combined(
    _ a: HostTensor, _ b: HostTensor, _ function: HostFunction
  ) throws(ImportError) -> HostTensor {
    let element: ONNXElement = function.isPredicate ? .bool : a.element
    let shape = try broadcastShape([a, b])
    let (a, b) = (try a.broadcast(to: shape).expanded(), try b.broadcast(to: shape).expanded())
    switch (a.elements, b.elements) {
    case (.integers(let x), .integers(let y)):
      let numbers = zip(x, y).compactMap { function.integers($0, $1).map(element.wrapped) }
      guard numbers.count == x.count else {
        throw ImportError(.onnx(.invalid("a quotient by zero or an overflow among constants")))
      }
      return HostTensor(element, shape, .integers(numbers))
    case (.floats(let x), .floats(let y)):
      let numbers = zip(x, y).map { function.floats($0, $1) }
      return HostTensor(
        element, shape,
        function.isPredicate ? .integers(numbers.map { $0 == 0 ? 0 : 1 }) : .floats(numbers))
    default:
      let (x, y) = (try a.symbols("an operand"), try b.symbols("an operand"))
      let numbers = zip(x, y).compactMap { a, b -> SymbolicNumber? in
        guard let number = function.symbols(a, b) else { return nil }
        // A fraction that cannot be written down is not a large number.
        let isFraction = a.divisor > 1 || b.divisor > 1
        return isFraction && number.numerator == .fixed(.max) ? nil : number
      }
      guard numbers.count == x.count else {
        throw ImportError(.onnx(.needsConstant(what: "arithmetic on extents")))
      }
      return HostTensor(element, shape, simplified(numbers, element))
    }
  }

  /// The common shape of tensors that are broadcast.
  static func broadcastShape(_ tensors: [HostTensor]) throws(ImportError) -> [Int] {
    var result: [Int] = []
    for tensor in tensors {
      let shape = try tensor.checkedShape()
      let rank = max(result.count, shape.count)
      let a = [Int](repeating: 1, count: rank - result.count) + result
      let b = [Int](repeating: 1, count: rank - shape.count) + shape
      guard zip(a, b).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else {
        throw ImportError(.onnx(.invalid("shapes \(result) and \(shape) cannot be broadcast")))
      }
      result = zip(a, b).map { $0 == 1 ? $1 : $0 }
    }
    return result
  }

  /// Applies a function to every element.
  func mapped(
    to element: ONNXElement? = nil, integers: (Int) -> Int?, floats: (Float) -> Float,
    symbols: (SymbolicNumber) -> SymbolicNumber? = { _ in nil }
  ) throws(ImportError) -> HostTensor {
    let element = element ?? self.element
    if case .fill(let number) = elements {
      let result =
        self.element.isFloat
        ? Double(floats(Float(number)))
        : Int(exactly: number).flatMap(integers).map { Double($0) }
      guard let result else { throw ImportError(.onnx(.invalid("an overflow among constants"))) }
      return HostTensor(element, fill: result, shape)
    }
    let shape = try checkedShape()
    switch elements {
    case .fill(let number): return HostTensor(element, fill: number, self.shape)
    case .floats(let numbers):
      return HostTensor(element, shape, .floats(numbers.map(floats)))
    case .integers(let numbers):
      let results = numbers.compactMap { integers($0).map(element.wrapped) }
      guard results.count == numbers.count else {
        throw ImportError(.onnx(.invalid("an overflow among constants")))
      }
      return HostTensor(element, shape, .integers(results))
    case .symbols(let numbers):
      let results = numbers.compactMap(symbols)
      guard results.count == numbers.count else {
        throw ImportError(.onnx(.needsConstant(what: "arithmetic on extents")))
      }
      return HostTensor(element, shape, Self.simplified(results, element))
    }
  }

  /// The tensor with its numbers as another type.
  func cast(to target: ONNXElement) throws(ImportError) -> HostTensor {
    if target == element { return self }
    if case .fill(let number) = elements {
      let kept = target.isFloat ? number : Double(Self.whole(Float(number), target))
      return HostTensor(target, fill: target == .bool ? (number == 0 ? 0 : 1) : kept, shape)
    }
    let shape = try checkedShape()
    switch elements {
    case .floats(let numbers):
      if target.isFloat {
        return HostTensor(target, shape, .floats(numbers.map { rounded($0, to: target.type) }))
      }
      return HostTensor(target, shape, .integers(numbers.map { Self.whole($0, target) }))
    case .integers(let numbers):
      if target.isFloat {
        return HostTensor(
          target, shape, .floats(numbers.map { rounded(Float($0), to: target.type) }))
      }
      return HostTensor(target, shape, .integers(numbers.map(target.wrapped)))
    case .symbols(let numbers) where target == .bool:
      return HostTensor(.bool, shape, .integers(try numbers.map(Self.isNotZero)))
    case .symbols(let numbers):
      let kept = target.isFloat ? numbers : numbers.map(\.truncated)
      return HostTensor(target, shape, Self.simplified(kept, target))
    case .fill: return self
    }
  }

  /// 1 for a number that is not zero whatever the extents are, 0 for zero.
  private static func isNotZero(_ number: SymbolicNumber) throws(ImportError) -> Int {
    guard let order = HostFunction.order(number, SymbolicNumber(0)) else {
      throw ImportError(.onnx(.needsConstant(what: "whether a number is zero")))
    }
    return order == 0 ? 0 : 1
  }

  private static func whole(_ number: Float, _ target: ONNXElement) -> Int {
    if target == .bool { return number == 0 ? 0 : 1 }
    guard number.isFinite else { return 0 }
    let limit = Float(1 << 62)
    return target.wrapped(Int(max(-limit, min(limit, number.rounded(.towardZero)))))
  }
}

/// A number as a narrower type keeps it.
func rounded(_ number: Float, to type: ElementType) -> Float {
  switch type {
  case .bfloat16:
    guard number.isFinite else { return number }
    let bits = number.bitPattern
    return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
  case .float16: return widenedHalf(narrowedHalf(number))
  default: return number
  }
}
