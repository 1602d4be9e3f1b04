package import GraphIR

/// How far two results may be apart.
package enum Tolerance: Sendable {
  /// Not at all.
  case exact
  /// As far as float32 sums in another order go, over a whole network.
  case reordered
  /// As far as sums in another order go in graphs of any operations: a thousandth, and what is not
  /// finite or huge may be anything.
  case rough

  /// The largest absolute difference of numbers up to 1.
  package var absolute: Float {
    switch self {
    case .exact: 0
    case .reordered: 2e-5
    case .rough: 1e-3
    }
  }

  fileprivate func allows(_ expected: Float, _ got: Float) -> Bool {
    if expected == got || expected.bitPattern == got.bitPattern { return true }
    guard case .rough = self else { return abs(expected - got) <= absolute }
    return !(abs(expected) < 1e6) || abs(expected - got) <= absolute * max(1, abs(expected))
  }
}

/// What is wrong with a tensor that should equal another.
package struct Mismatch: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// Compares a result with what it should be.
///
/// Use it as `#expect(mismatch("y", expected: a, got: b) == nil)`.
///
/// - Returns: nil where all is well, else the first wrong number with its index, the largest
///   absolute error and the count of numbers over the tolerance.
package func mismatch(
  _ name: String, expected: Tensor, got: Tensor, _ tolerance: Tolerance = .reordered
) -> Mismatch? {
  guard expected.shape == got.shape else {
    return Mismatch(description: "\(name): expected shape \(expected.shape), got \(got.shape)")
  }
  var first: Int?
  var wrong = 0
  var largest: Float = 0
  for index in expected.elements.indices {
    if tolerance.allows(expected.elements[index], got.elements[index]) { continue }
    let error = abs(expected.elements[index] - got.elements[index])
    first = first ?? index
    wrong += 1
    largest = error.isNaN ? .nan : max(largest, error)
  }
  guard let first else { return nil }
  return Mismatch(
    description: """
      \(name)\(coordinates(of: first, in: expected.shape)): \
      expected \(expected.elements[first]), got \(got.elements[first]); \
      largest error \(largest), \(wrong) of \(expected.elements.count) over \(tolerance.absolute)
      """)
}

/// The index of an element along every axis, `[n, c, y, x]` for an image.
private func coordinates(of index: Int, in shape: [Int]) -> [Int] {
  var rest = index
  var coordinates: [Int] = []
  for extent in shape.reversed() {
    coordinates.append(rest % extent)
    rest /= extent
  }
  return coordinates.reversed()
}
