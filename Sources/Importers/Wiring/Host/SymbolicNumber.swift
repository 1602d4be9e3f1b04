internal import GraphIR

/// A number that may depend on extents: a dimension, over a number that divides it exactly.
///
/// Whole numbers have the divisor 1. The others stand for float32 numbers such as half a height,
/// which exporters compute before they round.
struct SymbolicNumber: Hashable, Sendable {
  var numerator: Dimension
  var divisor = 1

  init(_ numerator: Dimension, over divisor: Int = 1) {
    self.numerator = numerator
    self.divisor = divisor
    if case .fixed(let value) = numerator, value % divisor == 0 {
      self.numerator = .fixed(value / divisor)
      self.divisor = 1
    }
  }

  /// A number as a fraction of small whole numbers, or nil where it is none.
  init?(number: Double) {
    for divisor in [1, 2, 4, 8, 16, 32, 64, 3, 6] {
      let scaled = number * Double(divisor)
      guard let whole = Int(exactly: scaled), whole.magnitude < 1 << 52 else { continue }
      self.init(.fixed(whole), over: divisor)
      return
    }
    return nil
  }

  /// The largest whole number that is not larger.
  var floor: SymbolicNumber { SymbolicNumber(numerator.scaled(over: divisor)) }

  /// The smallest whole number that is not smaller.
  var ceiling: SymbolicNumber {
    SymbolicNumber(numerator.scaled(plus: divisor - 1, over: divisor))
  }

  /// The number rounded towards zero.
  ///
  /// What may have either sign is taken for a size, which has none.
  var truncated: SymbolicNumber {
    let opposite = SymbolicNumber(0) - self
    guard let least = opposite.numerator.leastValue, least >= 0 else { return floor }
    return SymbolicNumber(0) - opposite.floor
  }

  /// The number where it depends on no extent.
  var fixedNumber: Double? { numerator.fixedValue.map { Double($0) / Double(divisor) } }

  /// The whole number where it depends on no extent.
  var fixedValue: Int? { divisor == 1 ? numerator.fixedValue : nil }

  /// The extent that this number is, where it is a whole one.
  var dimension: Dimension? { divisor == 1 ? numerator : nil }

  static func + (a: SymbolicNumber, b: SymbolicNumber) -> SymbolicNumber {
    fraction(
      a.numerator * .fixed(b.divisor) + b.numerator * .fixed(a.divisor), a.divisor, b.divisor)
  }

  static func - (a: SymbolicNumber, b: SymbolicNumber) -> SymbolicNumber {
    a + SymbolicNumber(b.numerator * -1, over: b.divisor)
  }

  static func * (a: SymbolicNumber, b: SymbolicNumber) -> SymbolicNumber {
    fraction(a.numerator * b.numerator, a.divisor, b.divisor)
  }

  /// The largest divisor of a number that is computed with.
  private static let largestDivisor = 1 << 40

  /// A numerator over the product of two divisors; as sums of dimensions, one that cannot be
  /// written down is too large for anything.
  private static func fraction(_ numerator: Dimension, _ a: Int, _ b: Int) -> SymbolicNumber {
    let (divisor, overflows) = a.multipliedReportingOverflow(by: b)
    guard !overflows, divisor < largestDivisor else { return SymbolicNumber(.fixed(.max)) }
    return SymbolicNumber(numerator, over: divisor).reduced
  }

  /// The quotient where the divisor is a number, or divides evenly.
  func exactQuotient(_ other: SymbolicNumber) -> SymbolicNumber? {
    if self == other { return SymbolicNumber(1) }
    guard let value = other.numerator.fixedValue else {
      return numerator.quotient(exactlyBy: other.numerator).map {
        SymbolicNumber($0 * .fixed(other.divisor), over: divisor).reduced
      }
    }
    guard value != 0, value != .min else { return nil }
    let sign = value < 0 ? -1 : 1
    let (product, overflow) = divisor.multipliedReportingOverflow(by: abs(value))
    guard !overflow, product < Self.largestDivisor else { return nil }
    return SymbolicNumber(numerator * .fixed(other.divisor * sign), over: product).reduced
  }

  /// A divisor of 1 where the quotient is known to be whole.
  private var reduced: SymbolicNumber {
    guard divisor > 1 else { return self }
    let whole = numerator.scaled(over: divisor)
    return whole * .fixed(divisor) == numerator ? SymbolicNumber(whole) : self
  }
}

extension Dimension {
  /// The least value that the extent has for symbols of at least 1, or nil where there may be none.
  var leastValue: Int? {
    switch self {
    case .fixed(let value): value
    case .symbol: 1
    case .quotient(let base, let divisor): base.leastValue?.flooredQuotient(divisor)
    case .sum(let sum): sum.leastValueOfTerms ?? sum.leastValueOfFractions
    }
  }
}

extension DimensionSum {
  fileprivate var leastValueOfTerms: Int? {
    terms.reduce(offset) { total, term in
      guard let total, let least = term.leastValue else { return nil }
      let (value, overflows) = total.addingReportingOverflow(least)
      return overflows ? nil : value
    }
  }

  /// A bound for a sum from which a quotient is taken away, which is at most the fraction:
  /// `h − ⌊h / 2⌋ ≥ h / 2`.
  fileprivate var leastValueOfFractions: Int? {
    for term in terms where term.coefficient < 0 && term.factors.count == 1 {
      guard case .quotient(let base, let divisor) = term.factors[0] else { continue }
      let factor = Dimension.fixed(term.coefficient)
      let rest = Dimension.sum(self) - factor * term.factors[0]
      let scaled = rest * Dimension.fixed(divisor) + factor * base
      // What is too large to be written down has no bound.
      if scaled == .fixed(.max) { return nil }
      return scaled.leastValue.map { $0.ceiledQuotient(divisor) }
    }
    return nil
  }
}

extension DimensionSum.Term {
  fileprivate var leastValue: Int? {
    guard coefficient > 0 else { return nil }
    return factors.reduce(coefficient) { product, factor in
      guard let product, let least = factor.leastValue, least >= 0 else { return nil }
      let (value, overflows) = product.multipliedReportingOverflow(by: least)
      return overflows ? nil : value
    }
  }
}
