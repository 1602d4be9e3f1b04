/// An extent that is a multiple of a symbol, perhaps with a number added: `factor · symbol + offset`.
package struct LinearExtent: Hashable, Sendable {
  /// The symbol.
  package let symbol: String
  /// At least 1.
  package let factor: Int
  /// What is added.
  package let offset: Int

  /// The value of the symbol for which the extent is `value`, or nil where there is none above 0.
  package func symbol(for value: Int) -> Int? {
    let (product, overflows) = value.subtractingReportingOverflow(offset)
    guard !overflows, product > 0, product % factor == 0 else { return nil }
    return product / factor
  }

  /// The symbol for the largest extent that is not larger than `value`; 1 where that is too small.
  package func symbol(upTo value: Int) -> Int { max((value - offset).flooredQuotient(factor), 1) }
}

extension Dimension {
  /// The extent as a multiple of one symbol, or nil where it is none.
  package var linear: LinearExtent? {
    switch self {
    case .symbol(let name): return LinearExtent(symbol: name, factor: 1, offset: 0)
    case .sum(let sum):
      guard sum.terms.count == 1, sum.terms[0].coefficient >= 1, sum.terms[0].factors.count == 1,
        case .symbol(let name) = sum.terms[0].factors[0]
      else { return nil }
      return LinearExtent(symbol: name, factor: sum.terms[0].coefficient, offset: sum.offset)
    case .fixed, .quotient: return nil
    }
  }

  /// Whether an input may have the extent; a symbol that is new takes the value that fits.
  package func matches(_ value: Int, _ symbols: inout [String: Int]) -> Bool {
    if let linear, symbols[linear.symbol] == nil {
      symbols[linear.symbol] = linear.symbol(for: value)
    }
    return value >= 1 && evaluated(symbols) == value
  }

  /// What an input's extent must be, in words: a number where the symbols tell it.
  package func wanted(_ symbols: [String: Int]) -> String {
    if let number = evaluated(symbols) { return "\(number)" }
    guard let linear, linear.factor > 1, linear.offset == 0 else { return "\(self)" }
    return "a multiple of \(linear.factor)"
  }
}
