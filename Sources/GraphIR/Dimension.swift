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
  /// - Precondition: `factor` and `divisor` are positive.
  package func scaled(by factor: Int = 1, plus offset: Int = 0, over divisor: Int = 1) -> Dimension
  {
    precondition(factor > 0 && divisor > 0)
    switch self {
    case .fixed(let value):
      return .fixed((value * factor + offset).flooredQuotient(divisor))
    case .symbol:
      return .reduced(self, factor, offset, divisor)
    case .scaled(let base, let innerFactor, let innerOffset, let innerDivisor):
      // floor(floor(a / b) + c) / d = floor((a + b·c) / (b·d)) for integers, when nothing multiplies
      // the inner floor.
      guard factor == 1 || innerDivisor == 1 else {
        return .reduced(self, factor, offset, divisor)
      }
      return .reduced(
        base, innerFactor * factor, innerOffset * factor + offset * innerDivisor,
        innerDivisor * divisor)
    }
  }

  private static func reduced(
    _ base: Dimension, _ factor: Int, _ offset: Int, _ divisor: Int
  ) -> Dimension {
    let common = greatestCommonDivisor(factor, greatestCommonDivisor(offset.magnitudeInt, divisor))
    let (factor, offset, divisor) = (factor / common, offset / common, divisor / common)
    if factor == 1 && offset == 0 && divisor == 1 { return base }
    return .scaled(base, factor: factor, offset: offset, divisor: divisor)
  }

  /// The extent for given values of the symbols, or nil where a symbol has none or the number
  /// does not fit.
  package func evaluated(_ symbols: [String: Int]) -> Int? {
    switch self {
    case .fixed(let value): return value
    case .symbol(let name): return symbols[name]
    case .scaled(let base, let factor, let offset, let divisor):
      guard let value = base.evaluated(symbols) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      let (sum, carry) = product.addingReportingOverflow(offset)
      return overflow || carry ? nil : sum.flooredQuotient(divisor)
    }
  }

  /// Whether every number in this extent is small enough to be scaled once more by numbers up to
  /// 2²² without overflow; extents from outside are checked before they are computed with.
  package var isWithinLimits: Bool {
    let limit = 1 << 40
    return switch self {
    case .fixed(let value): -limit...limit ~= value
    case .symbol: true
    case .scaled(let base, let factor, let offset, let divisor):
      base.isWithinLimits && factor <= limit && -limit...limit ~= offset && divisor <= limit
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

  fileprivate var magnitudeInt: Int { self < 0 ? -self : self }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
