internal import GraphIR

/// A tensor of complex numbers as two of real ones; a graph has no complex numbers.
struct ComplexTensor: Sendable {
  var real: ImportValue
  /// Of the shape of the real part; nil for zeros.
  var imaginary: ImportValue?

  var shape: [Dimension] { real.shape }
}

extension ImportContext {
  /// The imaginary part, zeros included.
  func imaginaryPart(of x: ComplexTensor) -> ImportValue {
    x.imaginary ?? .host(HostTensor(.float32, fill: 0, x.shape))
  }

  /// The parts as the last axis of one tensor.
  mutating func interleaved(_ x: ComplexTensor) throws(ImportError) -> ImportValue {
    var parts: [ImportValue] = []
    for part in [x.real, imaginaryPart(of: x)] {
      parts.append(reshaped(try simple(part), x.shape + [1]))
    }
    return try concat(parts, x.shape.count)
  }

  /// A tensor whose last axis are the parts, of which the imaginary one may be left out.
  ///
  /// - Throws: `ONNXFault.invalid` where that axis has neither one nor two elements.
  mutating func complex(interleaved x: ImportValue) throws(ImportError) -> ComplexTensor {
    guard x.rank > 0, [1, 2].contains(x.shape[x.rank - 1]) else {
      throw ImportError(
        .onnx(.invalid("the last axis of \(x.shape) is not one of complex numbers")))
    }
    let axis = x.rank - 1
    let shape = Array(x.shape.dropLast())
    if x.shape[axis] == 1 { return ComplexTensor(real: reshaped(try simple(x), shape)) }
    var parts: [ImportValue] = []
    for place in 0..<2 {
      let cut = Slice.Cut(axis: axis, start: .fixed(place), extent: 1)
      parts.append(reshaped(try simple(try slice(x, [cut])), shape))
    }
    return ComplexTensor(real: parts[0], imaginary: parts[1])
  }

  // MARK: - Arithmetic

  mutating func product(_ a: ComplexTensor, _ b: ComplexTensor) throws(ImportError)
    -> ComplexTensor
  {
    let real = try product([a.real, b.real])
    switch (a.imaginary, b.imaginary) {
    case (nil, nil): return ComplexTensor(real: real)
    case (let x?, nil):
      return ComplexTensor(real: real, imaginary: try product([x, b.real]))
    case (nil, let y?):
      return ComplexTensor(real: real, imaginary: try product([a.real, y]))
    case (let x?, let y?):
      return ComplexTensor(
        real: try difference([real, try product([x, y])]),
        imaginary: try sum([try product([a.real, y]), try product([x, b.real])]))
    }
  }

  mutating func quotient(_ a: ComplexTensor, _ b: ComplexTensor) throws(ImportError)
    -> ComplexTensor
  {
    guard let y = b.imaginary else {
      let imaginary = try quotient([imaginaryPart(of: a), b.real])
      return ComplexTensor(real: try quotient([a.real, b.real]), imaginary: imaginary)
    }
    let above = try product(
      a, ComplexTensor(real: b.real, imaginary: try product([y, .number(-1)])))
    let square = try squaredMagnitude(of: b)
    return ComplexTensor(
      real: try quotient([above.real, square]),
      imaginary: try quotient([imaginaryPart(of: above), square]))
  }

  mutating func squaredMagnitude(of x: ComplexTensor) throws(ImportError) -> ImportValue {
    let square = try product([x.real, x.real])
    guard let y = x.imaginary else { return square }
    return try sum([square, try product([y, y])])
  }

  // MARK: - Angles

  /// The angle of the point `(x, y)`, from −π to π.
  ///
  /// On `0 ..< tan(π / 8)` a polynomial is the arctangent, elsewhere identities lead there (S. L.
  /// Moshier, Cephes, `atanf`).
  mutating func angle(_ y: ImportValue, _ x: ImportValue) throws(ImportError) -> ImportValue {
    let (height, width) = (try pointwise(.absolute, [y]), try pointwise(.absolute, [x]))
    let isSteep = try pointwise(.less, [width, height])
    let shorter = try binary(.minimum, .minimum, width, height)
    let longer = try binary(.maximum, .maximum, width, height)
    // Of a point at the origin the angle is 0.
    let least = ImportValue.number(.leastNormalMagnitude)
    let tangent = try quotient([shorter, try binary(.maximum, .maximum, longer, least)])
    var angle = try arctangent(tangent)
    let rest = try difference([.number(.pi / 2), angle])
    angle = try pointwise(.select, [isSteep, rest, angle])
    let isLeft = try pointwise(.less, [x, .number(0)])
    angle = try pointwise(.select, [isLeft, try difference([.number(.pi), angle]), angle])
    let isBelow = try pointwise(.less, [y, .number(0)])
    return try pointwise(.select, [isBelow, try product([angle, .number(-1)]), angle])
  }

  /// The arctangent of numbers from 0 to 1.
  private mutating func arctangent(_ x: ImportValue) throws(ImportError) -> ImportValue {
    let isLarge = try pointwise(.less, [.number(0.414_213_57), x])
    let turned = try quotient([
      try difference([x, .number(1)]), try sum([x, .number(1)]),
    ])
    let small = try pointwise(.select, [isLarge, turned, x])
    let square = try product([small, small])
    var sum = ImportValue.number(8.053_744_5e-2)
    for coefficient: Float in [-1.387_768_6e-1, 1.997_771_1e-1, -3.333_295e-1] {
      sum = try self.sum([try product([sum, square]), .number(coefficient)])
    }
    let angle = try self.sum([try product([try product([sum, square]), small]), small])
    let offset = try product([isLarge.labelled(.float32), .number(.pi / 4)])
    return try self.sum([angle, offset])
  }
}
