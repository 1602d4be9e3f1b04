internal import LLVMKit

/// The transforms of F(4, 3) with the interpolation points 0, ±1/√2, ±√2 and ∞.
///
/// Results are `y = Aᵀ[(G g) ⊙ (Bᵀ d)]` (Lavin and Gray, section 4.1), by rows and by columns. With
/// points that are reciprocal in pairs the rounding error is a quarter of that with 0, ±1, ±2, ∞.
enum WinogradTransform {
  /// Inputs of a tile in one dimension.
  static let points = 6
  /// Planes of the transformed domain.
  static let planes = points * points

  private static let p = 0.5.squareRoot()
  private static let q = 2.0.squareRoot()

  /// `G`, which takes the three weights of a row to the six points.
  private static let rowMatrix: [[Double]] = {
    let values = [0, p, -p, q, -q]
    let finite = values.map { value in
      let others = values.filter { $0 != value }
      let scale = others.reduce(1) { $0 * (value - $1) }
      return [1 / scale, value / scale, value * value / scale]
    }
    return finite + [[0, 0, 1]]
  }()

  /// What the planes of a column are multiplied with, by way of the weights: with these, two of
  /// eight products of the transform of results are those with 1, and the others are multiply-adds.
  private static let pointScales = [1, p * p, p * p, q, q, 1]

  /// `G` for the weights of a column.
  private static let columnMatrix = zip(rowMatrix, pointScales).map { row, scale in
    row.map { scale * $0 }
  }

  /// `G g Gᵀ` of one 3 × 3 kernel: 36 numbers.
  static func transform(kernel: [Float]) -> [Float] {
    let half = columnMatrix.map { row in
      (0..<3).map { column in
        (0..<3).reduce(0.0) { $0 + row[$1] * Double(kernel[3 * $1 + column]) }
      }
    }
    return half.flatMap { row in
      rowMatrix.map { weights in Float((0..<3).reduce(0.0) { $0 + row[$1] * weights[$1] }) }
    }
  }

  /// `G g` of three vectors of a column: six.
  static func transformWeightColumn(_ g: [IRValue], _ math: VectorMath) -> [IRValue] {
    transformWeights(g, by: columnMatrix, math)
  }

  /// `G g` of three vectors of a row: six.
  static func transformWeightRow(_ g: [IRValue], _ math: VectorMath) -> [IRValue] {
    transformWeights(g, by: rowMatrix, math)
  }

  private static func transformWeights(_ g: [IRValue], by matrix: [[Double]], _ math: VectorMath)
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

  /// `Bᵀ d` of six vectors.
  static func transformInput(_ d: [IRValue], _ math: VectorMath) -> [IRValue] {
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

  /// `Aᵀ m` of the six planes of a column, which carry the scales of ``pointScales``: four.
  static func transformColumn(_ m: [IRValue], _ math: VectorMath) -> [IRValue] {
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

  /// `Aᵀ m` of six vectors of a row, added to four others.
  static func transformRow(_ m: [IRValue], addedTo starts: [IRValue], _ math: VectorMath)
    -> [IRValue]
  {
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
