internal import GraphIR

internal import func Foundation.cos
internal import func Foundation.sin

/// A discrete Fourier transform along one axis:
/// `X[k] = factor · Σ x[n] · exp(∓2πi · n · k / N)`.
struct FourierTransform: Hashable, Sendable {
  /// `N`, the period of what is summed.
  var length: Dimension
  /// Whether the exponent is positive.
  var isInverse = false
  var factor = Factor.one

  /// What the sum is multiplied by.
  enum Factor: Hashable, Sendable {
    case one
    /// `1 / √N`.
    case root
    /// `1 / N`.
    case reciprocal
  }

  /// The frequencies of real numbers of which the others are conjugates.
  var half: Dimension { length.scaled(plus: 2, over: 2) }
}

/// A matrix that transforms rows of real parts, followed by imaginary ones.
struct FourierMatrix: Hashable, Sendable {
  var transform: FourierTransform
  var form: Form

  enum Form: Hashable, Sendable {
    /// To the real parts of so many frequencies, then the imaginary ones.
    case complex(count: Dimension, ofReal: Bool)
    /// To real numbers, from half of the frequencies.
    case real
  }
}

/// Transforms as products with matrices of cosines and sines.
extension ImportContext {
  /// The transform of an axis, its frequencies `0 ..< count`; the axis is cut off, or filled with
  /// zeros, at its end.
  ///
  /// - Throws: `ONNXFault.sizes` where it is not known which.
  mutating func transformed(
    _ x: ComplexTensor, axis: Int, _ transform: FourierTransform, count: Dimension
  ) throws(ImportError) -> ComplexTensor {
    var values = try last(axis, of: x.real, extent: transform.length)
    if let imaginary = x.imaginary {
      let others = try last(axis, of: imaginary, extent: transform.length)
      values = try concat([values, others], values.rank - 1)
    }
    let form = FourierMatrix.Form.complex(count: count, ofReal: x.imaginary == nil)
    let result = try multiplied(values, FourierMatrix(transform: transform, form: form))
    let end = result.rank - 1
    var parts: [ImportValue] = []
    for start in [0, count] {
      let part = try slice(result, [Slice.Cut(axis: end, start: start, extent: count)])
      parts.append(try moved(part, from: end, to: axis))
    }
    return ComplexTensor(real: parts[0], imaginary: parts[1])
  }

  /// The real numbers whose transform has the frequencies of an axis, and their conjugates behind
  /// them; the axis is cut off, or filled with zeros, at its end.
  ///
  /// - Throws: `ONNXFault.sizes` where it is not known which.
  mutating func realTransformed(
    _ x: ComplexTensor, axis: Int, _ transform: FourierTransform
  ) throws(ImportError) -> ImportValue {
    let real = try last(axis, of: x.real, extent: transform.half)
    let imaginary = try last(axis, of: imaginaryPart(of: x), extent: transform.half)
    let values = try concat([real, imaginary], real.rank - 1)
    let result = try multiplied(values, FourierMatrix(transform: transform, form: .real))
    return try moved(result, from: result.rank - 1, to: axis)
  }

  private mutating func resized(_ x: ImportValue, _ axis: Int, to extent: Dimension)
    throws(ImportError) -> ImportValue
  {
    let own = x.shape[axis]
    if own == extent { return x }
    guard let known = own.fixedValue, let wanted = extent.fixedValue, wanted > 0 else {
      throw .misfit("an axis of \(own) where \(extent) are transformed", [own, extent])
    }
    if wanted < known { return try slice(x, [Slice.Cut(axis: axis, start: 0, extent: extent)]) }
    var high = [Dimension](repeating: 0, count: x.rank)
    high[axis] = .fixed(wanted - known)
    return try pad(x, Pad(low: high.map { _ in 0 }, high: high))
  }

  // MARK: - Axes

  private mutating func last(_ axis: Int, of x: ImportValue, extent: Dimension)
    throws(ImportError) -> ImportValue
  {
    let x = try resized(try cast(x, to: .float32), axis, to: extent)
    return try moved(x, from: axis, to: x.rank - 1)
  }

  private mutating func multiplied(_ x: ImportValue, _ matrix: FourierMatrix)
    throws(ImportError) -> ImportValue
  {
    let operands = [try id(x), try id(of: matrix)]
    return value(try apply(.matMul(MatMul()), operands))
  }

  // MARK: - Matrices

  /// The matrix, which exists once for all transforms that need it.
  private mutating func id(of matrix: FourierMatrix) throws(ImportError) -> ValueID {
    if let known = fourierMatrices[matrix] { return known }
    let result = try id(try value(of: matrix))
    fourierMatrices[matrix] = result
    return result
  }

  private mutating func value(of matrix: FourierMatrix) throws(ImportError) -> ImportValue {
    let transform = matrix.transform
    switch matrix.form {
    case .complex(let count, let isOfReal):
      let (cosines, sines) = try waves(transform, rows: transform.length, columns: count)
      let opposite = try product([sines, .number(-1)])
      let (above, below) = transform.isInverse ? (sines, opposite) : (opposite, sines)
      let upper = try concat([cosines, above], 1)
      return isOfReal ? upper : try concat([upper, try concat([below, cosines], 1)], 0)
    case .real:
      let (cosines, sines) = try waves(transform, rows: transform.half, columns: transform.length)
      // All frequencies but the first, and the last of an even number, stand for two.
      let weights = try conjugateWeights(transform)
      let opposite = try product([sines, .number(transform.isInverse ? -1 : 1)])
      return try concat(
        [try product([weights, cosines]), try product([weights, opposite])], 0)
    }
  }

  /// `factor · cos(2π · n · k / N)` and the sines, `[rows, columns]`.
  private mutating func waves(
    _ transform: FourierTransform, rows: Dimension, columns: Dimension
  ) throws(ImportError) -> (cosines: ImportValue, sines: ImportValue) {
    if let length = transform.length.fixedValue, let rows = rows.fixedValue,
      let columns = columns.fixedValue,
      elementCount(of: [rows, columns]).map({ $0 <= Self.tableLimit }) ?? false
    {
      return try knownWaves(transform.factor, length, rows, columns)
    }
    guard transform.length.fixedValue ?? 0 <= Self.lengthLimit else {
      throw ImportError(
        .onnx(.unsupported("a transform of more than \(Self.lengthLimit) elements")))
    }
    let length = try cast(.extent(transform.length), to: .float32)
    let steps = try turns(rows, columns, length)
    let turn = try product([steps, try quotient([.number(2 * .pi), length])])
    // Half a turn gives nothing, so that what is real stays so.
    let isHalf = try pointwise(.equal, [try sum([steps, steps]), length])
    let sine = try pointwise(.select, [isHalf, .number(0), try pointwise(.sine, [turn])])
    let factor: ImportValue =
      switch transform.factor {
      case .one: .number(1)
      case .root: try standard("Sqrt", [try quotient([.number(1), length])])
      case .reciprocal: try quotient([.number(1), length])
      }
    return (
      try product([try pointwise(.cosine, [turn]), factor]),
      try product([sine, factor])
    )
  }

  /// Larger matrices are computed by the graph.
  private static let tableLimit = 1 << 16
  /// For longer transforms the graph does not tell angles apart.
  private static let lengthLimit = 1 << 15

  private mutating func knownWaves(
    _ factor: FourierTransform.Factor, _ length: Int, _ rows: Int, _ columns: Int
  ) throws(ImportError) -> (cosines: ImportValue, sines: ImportValue) {
    guard length > 0 else { throw ImportError(.onnx(.invalid("nothing is transformed"))) }
    try takeTable(2 * rows * columns)
    let scale =
      switch factor {
      case .one: 1.0
      case .root: 1 / Double(length).squareRoot()
      case .reciprocal: 1 / Double(length)
      }
    var (cosines, sines): ([Float], [Float]) = ([], [])
    for row in 0..<rows {
      for column in 0..<columns {
        let steps = row * column % length
        let angle = 2 * Double.pi * Double(steps) / Double(length)
        cosines.append(Float(scale * cos(angle)))
        // Half a turn gives nothing, so that what is real stays so.
        sines.append(2 * steps == length ? 0 : Float(scale * sin(angle)))
      }
    }
    return (
      .host(HostTensor(.float32, [rows, columns], .floats(cosines))),
      .host(HostTensor(.float32, [rows, columns], .floats(sines)))
    )
  }

  /// `n · k` without whole turns of `N`, from `−N / 2`.
  ///
  /// Products are taken of numbers so small that float32 holds them up to `lengthLimit`.
  private mutating func turns(_ rows: Dimension, _ columns: Dimension, _ length: ImportValue)
    throws(ImportError) -> ImportValue
  {
    let n = reshaped(value(try ramp(rows)), [rows, 1])
    let k = reshaped(value(try ramp(columns)), [1, columns])
    let low = try modulo([n, .number(64)], keepsSign: true)
    let high = try quotient([try difference([n, low]), .number(64)])
    let step = try modulo([try product([k, .number(64)]), length], keepsSign: true)
    let above = try modulo([try product([high, step]), length], keepsSign: true)
    let below = try modulo([try product([low, k]), length], keepsSign: true)
    let turns = try modulo([try sum([above, below]), length], keepsSign: true)
    let isBeyond = try pointwise(.less, [length, try sum([turns, turns])])
    return try difference([turns, try product([isBeyond.labelled(.float32), length])])
  }

  /// How many frequencies each of half of them stands for, `[half, 1]`.
  private mutating func conjugateWeights(_ transform: FourierTransform) throws(ImportError)
    -> ImportValue
  {
    let half = transform.half
    if let length = transform.length.fixedValue, let count = half.fixedValue {
      let weights: [Float] = (0..<count).map { $0 == 0 || 2 * $0 == length ? 1 : 2 }
      return .host(HostTensor(.float32, [count, 1], .floats(weights)))
    }
    let k = reshaped(value(try ramp(half)), [half, 1])
    let length = try cast(.extent(transform.length), to: .float32)
    let isFirst = try pointwise(.equal, [k, .number(0)])
    let isLast = try pointwise(.equal, [try sum([k, k]), length])
    let single = try pointwise(.maximum, [isFirst, isLast]).labelled(.float32)
    return try difference([.number(2), single])
  }
}
