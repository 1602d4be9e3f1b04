/// What numbers are like, without the numbers.
package struct Distribution: Codable, Hashable, Sendable {
  /// The smallest number.
  package var minimum: Float
  /// The largest number.
  package var maximum: Float
  /// The mean of the numbers.
  package var mean: Double
  /// The standard deviation of the numbers.
  package var deviation: Double
  /// Count of numbers that are zero.
  package var zeros: Int
  /// Counts in ranges of equal width from the minimum to the maximum; none for equal numbers.
  package var histogram: [Int]

  /// Ranges of the histogram.
  static let ranges = 32

  init(_ numbers: [Float]) {
    let finite = numbers.filter(\.isFinite)
    let count = Double(max(finite.count, 1))
    minimum = finite.min() ?? 0
    maximum = finite.max() ?? 0
    let mean = finite.reduce(0) { $0 + Double($1) } / count
    self.mean = mean
    deviation =
      (finite.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count).squareRoot()
    zeros = finite.count { $0 == 0 }
    histogram = Self.histogram(finite, from: Double(minimum), to: Double(maximum))
  }

  private static func histogram(_ numbers: [Float], from low: Double, to high: Double) -> [Int] {
    guard high > low else { return [] }
    var counts = Array(repeating: 0, count: ranges)
    for number in numbers {
      let place = (Double(number) - low) / (high - low) * Double(ranges)
      counts[min(Int(place), ranges - 1)] += 1
    }
    return counts
  }
}
