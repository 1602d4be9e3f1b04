// Unsafe code: the inner loops of structural similarity without bounds checks. Every row that is
// touched lies in a plane or in the scratch of the call.

/// What lies outside of a plane.
enum Border {
  case zero
  case nearest
}

/// Sums of the products of a window, by column: x, y, x² + y², x · y.
private let fields = 4

/// Sum over all pixels of the structural similarity of two planes.
///
/// - Parameters:
///   - taps: Of a separable window, an odd number.
///   - c1: The constant that steadies the means; `c2` the one that steadies the variances.
func similaritySum(
  _ first: [Double], _ second: [Double], width: Int, height: Int, taps: [Double], border: Border,
  c1: Double, c2: Double
) -> Double {
  precondition(first.count == width * height && second.count == width * height)
  let stride = width + taps.count - 1
  return unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * fields * stride) {
    scratch in
    guard let columns = scratch.baseAddress else { return 0 }
    let rows = unsafe columns + fields * stride
    var total = 0.0
    unsafe first.withUnsafeBufferPointer { first in
      unsafe second.withUnsafeBufferPointer { second in
        guard let a = first.baseAddress, let b = second.baseAddress else { return }
        for y in 0..<height {
          unsafe filterColumns(a, b, y, width, height, taps, border, columns, stride)
          unsafe filterRow(columns, rows, width, taps, stride)
          total += unsafe similaritySum(rows, width, stride, c1, c2)
        }
      }
    }
    return total
  }
}

/// The four fields of row `y`, filtered downwards, with what lies left and right of the plane.
private func filterColumns(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ y: Int, _ width: Int, _ height: Int,
  _ taps: [Double], _ border: Border, _ columns: UnsafeMutablePointer<Double>, _ stride: Int
) {
  let radius = taps.count / 2
  unsafe columns.update(repeating: 0, count: fields * stride)
  let x = unsafe columns + radius
  let (y1, squares, products) = unsafe (x + stride, x + 2 * stride, x + 3 * stride)
  for (index, tap) in taps.enumerated() {
    let inside = max(0, min(height - 1, y + index - radius))
    if border == .zero && inside != y + index - radius { continue }
    let (p, q) = unsafe (a + inside * width, b + inside * width)
    for i in 0..<width {
      let (u, v) = unsafe (p[i], q[i])
      unsafe x[i] += tap * u
      unsafe y1[i] += tap * v
      unsafe squares[i] += tap * (u * u + v * v)
      unsafe products[i] += tap * (u * v)
    }
  }
  guard border == .nearest else { return }
  for field in 0..<fields {
    let row = unsafe columns + field * stride
    unsafe row.update(repeating: row[radius], count: radius)
    unsafe (row + radius + width).update(repeating: row[radius + width - 1], count: radius)
  }
}

private func filterRow(
  _ columns: UnsafePointer<Double>, _ rows: UnsafeMutablePointer<Double>, _ width: Int,
  _ taps: [Double], _ stride: Int
) {
  for field in 0..<fields {
    let (source, target) = unsafe (columns + field * stride, rows + field * stride)
    unsafe target.update(repeating: 0, count: width)
    for (index, tap) in taps.enumerated() {
      let shifted = unsafe source + index
      for i in 0..<width { unsafe target[i] += tap * shifted[i] }
    }
  }
}

private func similaritySum(
  _ rows: UnsafePointer<Double>, _ width: Int, _ stride: Int, _ c1: Double, _ c2: Double
) -> Double {
  let (x, y) = unsafe (rows, rows + stride)
  let (squares, products) = unsafe (rows + 2 * stride, rows + 3 * stride)
  var total = 0.0
  for i in 0..<width {
    let (meanProduct, meanSquares) = unsafe (x[i] * y[i], x[i] * x[i] + y[i] * y[i])
    let covariance = unsafe products[i] - meanProduct
    let variances = unsafe squares[i] - meanSquares
    total +=
      (2 * meanProduct + c1) * (2 * covariance + c2)
      / ((meanSquares + c1) * (variances + c2))
  }
  return total
}
