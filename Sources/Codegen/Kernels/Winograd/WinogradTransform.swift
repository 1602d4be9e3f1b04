internal import LLVMKit

/// The transforms of Winograd's minimal filtering with kernels of three.
///
/// Results are `y = Aᵀ[(G g) ⊙ (Bᵀ d)]` (Lavin and Gray, section 4.1), by rows and by columns.
/// F(2, 3) has the interpolation points 0, ±1 and ∞, F(4, 3) the points 0, ±1/√2, ±√2 and ∞: with
/// points that are reciprocal in pairs the rounding error is a quarter of that with 0, ±1, ±2, ∞.
package enum WinogradTransform: Int, Hashable, Sendable {
  /// F(2, 3): tiles of 2 × 2 results.
  case two = 2
  /// F(4, 3): tiles of 4 × 4 results.
  case four = 4

  /// Results of a tile in one dimension.
  var results: Int { rawValue }
  /// Inputs of a tile in one dimension.
  var points: Int { results + 2 }
  /// Planes of the transformed domain.
  var planes: Int { points * points }

  private static let p = 0.5.squareRoot()
  private static let q = 2.0.squareRoot()

  /// `G` for the weights of a row, and of a column with the scales of ``columnScales``.
  private struct Matrices {
    let row: [[Double]]
    let column: [[Double]]

    /// - Parameters:
    ///   - points: The finite ones.
    ///   - scales: What the planes of a column are multiplied with.
    init(points: [Double], scales: [Double]) {
      let finite = points.map { value in
        let others = points.filter { $0 != value }
        let scale = others.reduce(1) { $0 * (value - $1) }
        return [1 / scale, value / scale, value * value / scale]
      }
      row = finite + [[0, 0, 1]]
      column = zip(row, scales).map { row, scale in row.map { scale * $0 } }
    }
  }

  private static let ofTwo = Matrices(
    points: [0, 1, -1], scales: WinogradTransform.two.columnScales)
  private static let ofFour = Matrices(
    points: [0, p, -p, q, -q], scales: WinogradTransform.four.columnScales)

  /// What the planes of a column are multiplied with, by way of the weights: with these, two of
  /// eight products of the transform of results are those with 1, and the others are multiply-adds.
  var columnScales: [Double] {
    let (p, q) = (Self.p, Self.q)
    return self == .two ? [1, 1, 1, 1] : [1, p * p, p * p, q, q, 1]
  }

  private var matrices: Matrices { self == .two ? Self.ofTwo : Self.ofFour }

  /// `G g Gᵀ` of one 3 × 3 kernel: a number for every plane.
  func transform(kernel: [Float]) -> [Float] {
    let matrices = matrices
    let half = matrices.column.map { row in
      (0..<3).map { column in
        (0..<3).reduce(0.0) { $0 + row[$1] * Double(kernel[3 * $1 + column]) }
      }
    }
    return half.flatMap { row in
      matrices.row.map { weights in Float((0..<3).reduce(0.0) { $0 + row[$1] * weights[$1] }) }
    }
  }

  /// `G g` of three vectors of a column: one for every point.
  func transformWeightColumn(_ g: [IRValue], _ math: VectorMath) -> [IRValue] {
    transformWeights(g, by: matrices.column, math)
  }

  /// `G g` of three vectors of a row: one for every point.
  func transformWeightRow(_ g: [IRValue], _ math: VectorMath) -> [IRValue] {
    transformWeights(g, by: matrices.row, math)
  }

  private func transformWeights(_ g: [IRValue], by matrix: [[Double]], _ math: VectorMath)
    -> [IRValue]
  {
    matrix.map { row in
      let terms = zip(row, g).filter { $0.0 != 0 }
      let first = math.builder.fmultiply(math.constant(terms[0].0), terms[0].1)
      return terms.dropFirst().reduce(first) {
        math.builder.multiplyAdd(math.constant($1.0), $1.1, $0)
      }
    }
  }

  /// `Bᵀ d` of a vector for every point.
  func transformInput(_ d: [IRValue], _ math: VectorMath) -> [IRValue] {
    switch self {
    case .two: Self.transformTwoInputs(d, math.builder)
    case .four: Self.transformFourInputs(d, math)
    }
  }

  /// The points are 0, 1, −1 and ∞; the weights carry the sign of the first row.
  private static func transformTwoInputs(_ d: [IRValue], _ builder: FunctionBuilder) -> [IRValue] {
    [
      builder.fsubtract(d[2], d[0]), builder.fadd(d[2], d[1]), builder.fsubtract(d[2], d[1]),
      builder.fsubtract(d[3], d[1]),
    ]
  }

  private static func transformFourInputs(_ d: [IRValue], _ math: VectorMath) -> [IRValue] {
    let builder = math.builder
    func multiplyAdd(_ factor: Double, _ a: IRValue, _ b: IRValue) -> IRValue {
      builder.multiplyAdd(math.constant(factor), a, b)
    }
    // The rows of ±p and of ±q differ in the sign of their odd terms.
    let evenP = multiplyAdd(-2, d[2], d[4])
    let oddP = multiplyAdd(-2, d[1], d[3])
    let evenQ = multiplyAdd(-0.5, d[2], d[4])
    let oddQ = multiplyAdd(-0.5, d[1], d[3])
    return [
      builder.fadd(multiplyAdd(-2.5, d[2], d[4]), d[0]),
      multiplyAdd(p, oddP, evenP), multiplyAdd(-p, oddP, evenP),
      multiplyAdd(q, oddQ, evenQ), multiplyAdd(-q, oddQ, evenQ),
      builder.fadd(multiplyAdd(-2.5, d[3], d[5]), d[1]),
    ]
  }

  /// `Aᵀ m` of the planes of a column, which carry the scales of ``pointScales``.
  func transformColumn(_ m: [IRValue], _ math: VectorMath) -> [IRValue] {
    switch self {
    case .two: Self.transformTwoColumns(m, math.builder)
    case .four: Self.transformFourColumns(m, math)
    }
  }

  private static func transformTwoColumns(_ m: [IRValue], _ builder: FunctionBuilder) -> [IRValue] {
    let (sum, difference) = (builder.fadd(m[1], m[2]), builder.fsubtract(m[1], m[2]))
    return [builder.fadd(m[0], sum), builder.fadd(difference, m[3])]
  }

  private static func transformFourColumns(_ m: [IRValue], _ math: VectorMath) -> [IRValue] {
    let builder = math.builder
    let terms = PairedTerms(m, math)
    func multiplyAdd(_ factor: Double, _ a: IRValue, _ b: IRValue) -> IRValue {
      builder.multiplyAdd(math.constant(factor), a, b)
    }
    return [
      multiplyAdd(2, terms.sumP, multiplyAdd(p, terms.sumQ, m[0])),
      multiplyAdd(q, terms.oddP, terms.oddQ),
      multiplyAdd(q, terms.sumQ, terms.sumP),
      multiplyAdd(p, terms.oddP, multiplyAdd(2, terms.oddQ, m[5])),
    ]
  }

  /// `Aᵀ m` of vectors of a row, added to others.
  func transformRow(_ m: [IRValue], addedTo starts: [IRValue], _ math: VectorMath) -> [IRValue] {
    switch self {
    case .two:
      zip(Self.transformTwoColumns(m, math.builder), starts).map { math.builder.fadd($0, $1) }
    case .four: Self.transformFourRows(m, addedTo: starts, math)
    }
  }

  private static func transformFourRows(
    _ m: [IRValue], addedTo starts: [IRValue], _ math: VectorMath
  ) -> [IRValue] {
    let builder = math.builder
    let terms = PairedTerms(m, math)
    func combine(_ a: Double, _ x: IRValue, _ b: Double, _ y: IRValue, _ start: IRValue) -> IRValue
    {
      builder.multiplyAdd(
        math.constant(a), x, builder.multiplyAdd(math.constant(b), y, start))
    }
    return [
      builder.fadd(builder.fadd(m[0], starts[0]), builder.fadd(terms.sumP, terms.sumQ)),
      combine(p, terms.oddP, q, terms.oddQ, starts[1]),
      combine(p * p, terms.sumP, q * q, terms.sumQ, starts[2]),
      combine(p * p * p, terms.oddP, q * q * q, terms.oddQ, builder.fadd(m[5], starts[3])),
    ]
  }

  /// Sums and differences of the values at points that differ in sign.
  private struct PairedTerms {
    let sumP, sumQ, oddP, oddQ: IRValue

    init(_ m: [IRValue], _ math: VectorMath) {
      sumP = math.builder.fadd(m[1], m[2])
      sumQ = math.builder.fadd(m[3], m[4])
      oddP = math.builder.fsubtract(m[1], m[2])
      oddQ = math.builder.fsubtract(m[3], m[4])
    }
  }
}
