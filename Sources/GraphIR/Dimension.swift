/// The extent of one axis of a tensor: a number, a symbol such as `H`, or
/// `floor((base · factor + offset) / divisor)` of another extent.
package indirect enum Dimension: Hashable, Sendable {
  case fixed(Int)
  case symbol(String)
  case scaled(Dimension, factor: Int, offset: Int, divisor: Int)

  /// The extent where it does not depend on a symbol.
  package var fixedValue: Int? {
    if case .fixed(let value) = self { value } else { nil }
  }

  /// Returns `floor((self · factor + offset) / divisor)` in its simplest form.
  ///
  /// A number that does not fit an `Int` becomes the nearest one that does: no tensor is that
  /// large, so a run refuses it.
  ///
  /// - Precondition: `factor` and `divisor` are positive.
  package func scaled(by factor: Int = 1, plus offset: Int = 0, over divisor: Int = 1) -> Dimension
  {
    precondition(factor > 0 && divisor > 0)
    switch self {
    case .fixed(let value):
      let scaled =
        multiplyAdd(value, factor, offset) ?? ((value < 0 || offset < 0) ? .min : .max)
      return .fixed(scaled.flooredQuotient(divisor))
    case .symbol:
      return .reduced(self, factor, offset, divisor)
    case .scaled(let base, let innerFactor, let innerOffset, let innerDivisor):
      // floor(floor(a / b) + c) / d = floor((a + b·c) / (b·d)) for integers, when nothing multiplies
      // the inner floor. Where the products do not fit, the nested form says the same.
      guard factor == 1 || innerDivisor == 1,
        let newFactor = multiplyAdd(innerFactor, factor, 0),
        let shift = multiplyAdd(offset, innerDivisor, 0),
        let newOffset = multiplyAdd(innerOffset, factor, shift),
        let newDivisor = multiplyAdd(innerDivisor, divisor, 0)
      else { return .reduced(self, factor, offset, divisor) }
      return .reduced(base, newFactor, newOffset, newDivisor)
    }
  }

  private static func reduced(
    _ base: Dimension, _ factor: Int, _ offset: Int, _ divisor: Int
  ) -> Dimension {
    let common = Int(
      greatestCommonDivisor(
        factor.magnitude, greatestCommonDivisor(offset.magnitude, divisor.magnitude)))
    let (factor, offset, divisor) = (factor / common, offset / common, divisor / common)
    if factor == 1 && offset == 0 && divisor == 1 { return base }
    return .scaled(base, factor: factor, offset: offset, divisor: divisor)
  }

  /// The extent for given values of the symbols, or nil where a symbol has none or the
  /// extent does not fit an `Int`.
  package func evaluated(_ symbols: [String: Int]) -> Int? {
    switch self {
    case .fixed(let value): value
    case .symbol(let name): symbols[name]
    case .scaled(let base, let factor, let offset, let divisor):
      base.evaluated(symbols).flatMap { multiplyAdd($0, factor, offset) }?
        .flooredQuotient(divisor)
    }
  }
}

extension Dimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  package init(integerLiteral value: Int) { self = .fixed(value) }
  package init(stringLiteral value: String) { self = .symbol(value) }
}

extension Dimension: CustomStringConvertible {
  package var description: String {
    switch self {
    case .fixed(let value): return String(value)
    case .symbol(let name): return name
    case .scaled(let base, let factor, let offset, let divisor):
      var text = base.description
      if factor != 1 { text += "*\(factor)" }
      if offset != 0 { text += offset > 0 ? "+\(offset)" : "\(offset)" }
      return divisor == 1 ? "(\(text))" : "((\(text))/\(divisor))"
    }
  }
}

extension Int {
  /// The quotient rounded towards minus infinity; `divisor` is positive.
  package func flooredQuotient(_ divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The quotient rounded towards plus infinity; `divisor` is positive.
  package func ceiledQuotient(_ divisor: Int) -> Int { -((-self).flooredQuotient(divisor)) }
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
