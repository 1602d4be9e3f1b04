/// A polynomial of extents with whole coefficients: `Σ coefficient · Π factors + offset`.
package struct DimensionSum: Hashable, Sendable {
  /// One product.
  package struct Term: Hashable, Sendable {
    /// Never 0.
    package fileprivate(set) var coefficient: Int
    /// Symbols and quotients, at least one, sorted.
    package fileprivate(set) var factors: [Dimension]
  }

  /// Products of different factors, sorted.
  package private(set) var terms: [Term]
  /// The part that is a number.
  package private(set) var offset: Int

  /// Symbols, quotients and products in the sum and inside of its quotients.
  private let size: Int

  /// Larger sums are given up: quotients of sums of quotients grow exponentially.
  private static let limit = 256

  /// A sum, or nil where it is too large.
  private init?(_ terms: [Term], _ offset: Int) {
    var merged: [[Dimension]: Int] = [:]
    for term in terms {
      guard let sum = multiplyAdd(1, merged[term.factors] ?? 0, term.coefficient), sum != .min
      else { return nil }
      merged[term.factors] = sum
    }
    merged = merged.filter { $0.value != 0 }
    size = merged.keys.reduce(0) { $0 + $1.reduce(1) { $0 + Self.size(of: $1) } }
    if size > Self.limit { return nil }
    self.terms = merged.map { Term(coefficient: $0.value, factors: $0.key) }
    if merged.count > 1 { self.terms.sort { $0.key < $1.key } }
    self.offset = offset
  }

  private static func size(of factor: Dimension) -> Int {
    if case .quotient(let base, _) = factor { 1 + base.asSum.size } else { 1 }
  }

  fileprivate init(factor: Dimension) {
    size = 1 + Self.size(of: factor)
    terms = [Term(coefficient: 1, factors: [factor])]
    offset = 0
  }

  fileprivate init(number: Int) {
    size = 0
    terms = []
    offset = number
  }

  /// The sum, or nil where it cannot be written down.
  static func + (a: DimensionSum, b: DimensionSum) -> DimensionSum? {
    multiplyAdd(1, a.offset, b.offset).flatMap { DimensionSum(a.terms + b.terms, $0) }
  }

  /// The product, or nil where it cannot be written down.
  static func * (a: DimensionSum, b: DimensionSum) -> DimensionSum? {
    if a.terms.count * b.terms.count > limit { return nil }
    var terms: [Term] = []
    for first in a.terms + a.constantTerm {
      for second in b.terms + b.constantTerm {
        guard let coefficient = multiplyAdd(first.coefficient, second.coefficient, 0) else {
          return nil
        }
        terms.append(
          Term(coefficient: coefficient, factors: sorted(first.factors + second.factors)))
      }
    }
    let offset = terms.first { $0.factors.isEmpty }?.coefficient ?? 0
    return DimensionSum(terms.filter { !$0.factors.isEmpty }, offset)
  }

  private static func sorted(_ factors: [Dimension]) -> [Dimension] {
    factors.count < 2 ? factors : factors.sorted { $0.description < $1.description }
  }

  private var constantTerm: [Term] {
    offset == 0 ? [] : [Term(coefficient: offset, factors: [])]
  }

  /// The value for given symbols, or nil where one is missing or the value does not fit.
  func evaluated(_ symbols: [String: Int]) -> Int? {
    var sum = offset
    for term in terms {
      var product = term.coefficient
      for factor in term.factors {
        guard let next = factor.evaluated(symbols).flatMap({ multiplyAdd(product, $0, 0) }) else {
          return nil
        }
        product = next
      }
      guard let next = multiplyAdd(1, sum, product) else { return nil }
      sum = next
    }
    return sum
  }
}

// MARK: - Quotients

extension DimensionSum {
  /// The sum whose product with `divisor` this is, or nil where there is none: long division, by
  /// leading terms of a graded order.
  fileprivate func quotient(exactlyBy divisor: DimensionSum) -> DimensionSum? {
    guard let leading = divisor.leadingTerm, leading.coefficient > 0 else { return nil }
    var rest = self
    var result = DimensionSum(number: 0)
    // Every step removes the leading term, and others have no higher degree.
    for _ in 0...Self.limit {
      guard let top = rest.leadingTerm else { return result }
      guard top.coefficient % leading.coefficient == 0,
        let factors = Self.factors(top.factors, without: leading.factors),
        let term = DimensionSum(
          [Term(coefficient: top.coefficient / leading.coefficient, factors: factors)]),
        let sum = result + term, let product = term * divisor,
        let negative = product * DimensionSum(number: -1), let less = rest + negative
      else { return nil }
      (result, rest) = (sum, less)
    }
    return nil
  }

  private init?(_ terms: [Term]) {
    self.init(
      terms.filter { !$0.factors.isEmpty },
      terms.first { $0.factors.isEmpty }?.coefficient ?? 0)
  }

  private var leadingTerm: Term? {
    (terms + constantTerm).max { a, b in
      a.factors.count == b.factors.count
        ? b.factors.lazy.map(\.description).lexicographicallyPrecedes(
          a.factors.lazy.map(\.description))
        : a.factors.count < b.factors.count
    }
  }

  private static func factors(_ factors: [Dimension], without others: [Dimension]) -> [Dimension]? {
    var rest = factors
    for factor in others {
      guard let index = rest.firstIndex(of: factor) else { return nil }
      rest.remove(at: index)
    }
    return rest
  }

  /// `floor(self / divisor)`, with what divides evenly in front of the quotient.
  func quotient(_ divisor: Int) -> Dimension {
    let even = terms.filter { $0.coefficient % divisor == 0 }
      .map { Term(coefficient: $0.coefficient / divisor, factors: $0.factors) }
    let whole = offset.flooredQuotient(divisor)
    guard let front = DimensionSum(even, whole) else { return .fixed(.max) }
    let rest = terms.filter { $0.coefficient % divisor != 0 }
    if rest.isEmpty { return Dimension(front) }
    return Dimension(front) + Self.reduced(rest, offset - whole * divisor, divisor)
  }

  /// `floor((Σ terms + offset) / divisor)` with `0 ≤ offset < divisor`, without common divisors and
  /// with a positive first coefficient.
  private static func reduced(_ terms: [Term], _ offset: Int, _ divisor: Int) -> Dimension {
    let common = Int(
      terms.reduce(divisor.magnitude) { greatestCommonDivisor($0, $1.coefficient.magnitude) })
    let divisor = divisor / common
    // floor(−x / d) = −floor((x + d − 1) / d)
    let isNegated = terms[0].coefficient < 0
    let offset = isNegated ? divisor - 1 - offset / common : offset / common
    let sign = isNegated ? -1 : 1
    let simplified = terms.map {
      Term(coefficient: sign * ($0.coefficient / common), factors: $0.factors)
    }
    guard let sum = DimensionSum(simplified, offset) else { return .fixed(.max) }
    return Dimension.fixed(sign)
      * (sum.flattenedQuotient(divisor) ?? .quotient(Dimension(sum), divisor: divisor))
  }

  /// `floor((floor(a / b) + c) / d)` as `floor((a + b·c) / (b·d))`, where that is the form at hand
  /// and the products fit.
  private func flattenedQuotient(_ divisor: Int) -> Dimension? {
    guard terms.count == 1, terms[0].coefficient == 1, terms[0].factors.count == 1,
      case .quotient(let base, let inner) = terms[0].factors[0],
      let product = multiplyAdd(inner, divisor, 0), let shift = multiplyAdd(inner, offset, 0),
      let sum = base.asSum + DimensionSum(number: shift)
    else { return nil }
    return sum.quotient(product)
  }
}

extension Dimension {
  /// The extent whose product with `divisor` this is, or nil where none is known.
  package func quotient(exactlyBy divisor: Dimension) -> Dimension? {
    asSum.quotient(exactlyBy: divisor.asSum).map(Dimension.init)
  }

  /// The extent as a sum.
  var asSum: DimensionSum {
    switch self {
    case .fixed(let value): DimensionSum(number: value)
    case .symbol, .quotient: DimensionSum(factor: self)
    case .sum(let sum): sum
    }
  }

  /// A sum in its simplest form.
  init(_ sum: DimensionSum) {
    if sum.terms.isEmpty {
      self = .fixed(sum.offset)
    } else if sum.terms.count == 1, sum.offset == 0, sum.terms[0].coefficient == 1,
      sum.terms[0].factors.count == 1
    {
      self = sum.terms[0].factors[0]
    } else {
      self = .sum(sum)
    }
  }
}

// MARK: - Text

extension DimensionSum: CustomStringConvertible {
  /// Operators apply from left to right, so every product but the first is in parentheses.
  package var description: String {
    var text = ""
    for term in terms {
      if text.isEmpty {
        text = term.printed(times: String(term.coefficient))
      } else {
        let product = term.printed(times: String(term.coefficient.magnitude))
        let isFactor = term.factors.count == 1 && term.coefficient.magnitude == 1
        text += (term.coefficient < 0 ? "-" : "+") + (isFactor ? product : "(\(product))")
      }
    }
    return offset == 0 ? text : text + (offset < 0 ? "\(offset)" : "+\(offset)")
  }
}

extension DimensionSum.Term {
  /// What terms are sorted by.
  fileprivate var key: String { factors.map(\.description).joined(separator: "*") }

  fileprivate func printed(times coefficient: String) -> String {
    coefficient == "1" ? key : "\(key)*\(coefficient)"
  }
}

/// `a · b + c`, or nil where it does not fit.
private func multiplyAdd(_ a: Int, _ b: Int, _ c: Int) -> Int? {
  let (product, isTooLarge) = a.multipliedReportingOverflow(by: b)
  let (sum, overflows) = product.addingReportingOverflow(c)
  return isTooLarge || overflows ? nil : sum
}

private func greatestCommonDivisor(_ a: UInt, _ b: UInt) -> UInt {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
