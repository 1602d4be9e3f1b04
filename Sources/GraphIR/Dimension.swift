/// The extent of one axis of a tensor: a number, a symbol such as `H`, or arithmetic on others.
///
/// Made with `+`, `-`, `*` and ``scaled(by:plus:over:)``, an extent has one canonical form:
/// products are multiplied out, terms and factors are sorted, and quotients are reduced.
package indirect enum Dimension: Hashable, Sendable {
  case fixed(Int)
  case symbol(String)
  /// A sum of products; never one that is a number or a single factor.
  case sum(DimensionSum)
  /// `floor(base / divisor)` with a divisor above 1.
  case quotient(Dimension, divisor: Int)

  /// The extent where it does not depend on a symbol.
  package var fixedValue: Int? {
    if case .fixed(let value) = self { value } else { nil }
  }

  /// Returns `floor((self · factor + offset) / divisor)`.
  ///
  /// - Precondition: `divisor` is positive.
  package func scaled(by factor: Int = 1, plus offset: Int = 0, over divisor: Int = 1) -> Dimension
  {
    precondition(divisor > 0)
    if factor == 1 && offset == 0 && divisor == 1 { return self }
    let scaled = self * .fixed(factor) + .fixed(offset)
    return divisor == 1 ? scaled : scaled.asSum.quotient(divisor)
  }

  /// The sum of two extents.
  ///
  /// A number that does not fit an `Int` becomes the nearest one that does, and so large a sum of
  /// symbols the largest: no tensor is that large, so a run refuses it. The same holds for products.
  package static func + (a: Dimension, b: Dimension) -> Dimension {
    (a.asSum + b.asSum).map(Dimension.init) ?? saturated(a, b, a.isNegative)
  }

  /// The difference of two extents.
  package static func - (a: Dimension, b: Dimension) -> Dimension { a + b * -1 }

  /// The product of two extents.
  package static func * (a: Dimension, b: Dimension) -> Dimension {
    (a.asSum * b.asSum).map(Dimension.init)
      ?? saturated(a, b, a.isNegative != b.isNegative)
  }

  /// The product of extents; 1 of none.
  package static func product(_ extents: some Sequence<Dimension>) -> Dimension {
    extents.reduce(1, *)
  }

  private var isNegative: Bool { (fixedValue ?? 0) < 0 }

  private static func saturated(_ a: Dimension, _ b: Dimension, _ isNegative: Bool) -> Dimension {
    let isNumber = a.fixedValue != nil && b.fixedValue != nil
    return .fixed(isNumber && isNegative ? .min : .max)
  }

  /// The extent for given values of the symbols, or nil where a symbol has none or the
  /// extent does not fit an `Int`.
  package func evaluated(_ symbols: [String: Int]) -> Int? {
    switch self {
    case .fixed(let value): value
    case .symbol(let name): symbols[name]
    case .sum(let sum): sum.evaluated(symbols)
    case .quotient(let base, let divisor): base.evaluated(symbols)?.flooredQuotient(divisor)
    }
  }

  /// The symbols that the extent depends on.
  package var symbols: Set<String> {
    switch self {
    case .fixed: []
    case .symbol(let name): [name]
    case .sum(let sum):
      sum.terms.reduce(into: []) { all, term in
        for factor in term.factors { all.formUnion(factor.symbols) }
      }
    case .quotient(let base, _): base.symbols
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
    case .fixed(let value): String(value)
    case .symbol(let name): name
    case .sum(let sum): "(\(sum))"
    case .quotient(let base, let divisor): "(\(base)/\(divisor))"
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
