package import GraphIR

/// How far a tensor is from the one that it should equal.
package struct TensorDifference: Hashable, Sendable {
  /// The largest absolute error; infinite where the shapes differ or one is not a number.
  package var largestError: Float = 0
  /// The error that is tolerated.
  package var limit: Float = 0
  /// The first element that is off by more; nil where there is none.
  package var first: Element?
  /// Elements that are off by more than is tolerated.
  package var wrong = 0
  /// Elements in all.
  package var count = 0
  /// The shapes, where they differ by more than ones at their end.
  package var shapes: (expected: [Int], got: [Int])? {
    Self.trimmed(expectedShape) == Self.trimmed(gotShape) ? nil : (expectedShape, gotShape)
  }
  private var expectedShape: [Int]
  private var gotShape: [Int]

  /// One number of two tensors.
  package struct Element: Hashable, Sendable {
    /// The place along every axis.
    package var index: [Int]
    /// What it should be.
    package var expected: Float
    /// What it is.
    package var got: Float
  }

  /// Compares two tensors.
  ///
  /// - Parameter tolerance: For numbers up to 1; where `expected` has larger ones, in proportion to
  ///   the largest, since sums round in proportion to what is summed.
  package init(expected: Tensor, got: Tensor, tolerance: Float) {
    expectedShape = expected.shape
    gotShape = got.shape
    count = expected.elements.count
    guard shapes == nil else {
      largestError = .infinity
      wrong = count
      return
    }
    let magnitudes = expected.elements.lazy.map(abs).filter(\.isFinite)
    limit = tolerance * max(1, magnitudes.max() ?? 1)
    for position in expected.elements.indices {
      note(expected.elements[position], got.elements[position], at: position)
    }
  }

  private mutating func note(_ expected: Float, _ got: Float, at position: Int) {
    if expected == got || (expected.isNaN && got.isNaN) { return }
    let error = abs(expected - got)
    largestError = error.isNaN ? .infinity : max(largestError, error)
    if error <= limit { return }
    wrong += 1
    if first == nil {
      first = Element(
        index: Self.coordinates(of: position, in: expectedShape), expected: expected, got: got)
    }
  }

  /// Whether nothing is off by more than is tolerated.
  package var agrees: Bool { wrong == 0 && shapes == nil }

  /// A number per channel may be `[N, C]` or `[N, C, 1, 1]`.
  private static func trimmed(_ shape: [Int]) -> [Int] {
    Array(shape.reversed().drop { $0 == 1 }.reversed())
  }

  /// `[n, c, y, x]` for an image.
  private static func coordinates(of position: Int, in shape: [Int]) -> [Int] {
    var rest = position
    var coordinates: [Int] = []
    for extent in shape.reversed() {
      coordinates.append(rest % extent)
      rest /= extent
    }
    return coordinates.reversed()
  }
}
