internal import GraphIR

/// How PyTorch makes the types of operands agree
/// (https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.dtype).
extension ImportContext {
  /// Truths become whole numbers where they meet those, and both floats where they meet floats; a
  /// number of Python takes the type of the tensor that it meets, within its kind.
  mutating func promoted(
    _ x: ImportValue, _ y: ImportValue, _ a: ATenValue, _ b: ATenValue
  ) throws(ImportError) -> (ImportValue, ImportValue) {
    if x.element == y.element { return (x, y) }
    if x.element.isFloat != y.element.isFloat { return (try floating(x), try floating(y)) }
    let areNumbers = (isNumber(x, a, beside: y), isNumber(y, b, beside: x))
    let element =
      switch areNumbers {
      case (true, false) where y.element != .bool: y.element
      case (false, true) where x.element != .bool: x.element
      default: Self.common(x.element, y.element)
      }
    return (try cast(x, to: element), try cast(y, to: element))
  }

  /// Tensors of the type in which all of them meet.
  mutating func agreed(_ values: [ImportValue]) throws(ImportError) -> [ImportValue] {
    guard let first = values.first, values.contains(where: { $0.element != first.element }) else {
      return values
    }
    let element = values.dropFirst().reduce(first.element) { Self.common($0, $1.element) }
    var agreed: [ImportValue] = []
    for value in values { agreed.append(try cast(value, to: element)) }
    return agreed
  }

  /// The value as a float.
  mutating func floating(_ x: ImportValue) throws(ImportError) -> ImportValue {
    x.element.isFloat ? x : try cast(x, to: .float32)
  }

  /// Whether a value is a number, of Python or as a tensor without axes beside one with some.
  private func isNumber(_ x: ImportValue, _ a: ATenValue, beside other: ImportValue) -> Bool {
    if case .scalar = a { return true }
    return x.rank == 0 && other.rank > 0
  }

  /// Of two widths the wider one will do: numbers are computed in full.
  private static func common(_ a: ONNXElement, _ b: ONNXElement) -> ONNXElement {
    if a == b { return a }
    switch (a.isFloat, b.isFloat) {
    case (true, true): return [a, b].contains(.float64) ? .float64 : .float32
    case (true, false): return a
    case (false, true): return b
    case (false, false): return a == .bool ? b : b == .bool ? a : .int64
    }
  }
}
