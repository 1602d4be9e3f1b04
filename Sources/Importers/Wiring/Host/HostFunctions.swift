internal import GraphIR

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension HostFunction {
  static let sum = HostFunction(
    integers: { whole($0.addingReportingOverflow($1)) }, floats: { $0 + $1 },
    symbols: { $0 + $1 })

  static let difference = HostFunction(
    integers: { whole($0.subtractingReportingOverflow($1)) }, floats: { $0 - $1 },
    symbols: { $0 - $1 })

  static let product = HostFunction(
    integers: { whole($0.multipliedReportingOverflow(by: $1)) }, floats: { $0 * $1 },
    symbols: { $0 * $1 })

  /// Of floats, or of extents where fractions are rounded later.
  static let exactQuotient = HostFunction(
    integers: { _, _ in nil }, floats: { $0 / $1 }, symbols: { $0.exactQuotient($1) })

  /// Of whole numbers, towards zero.
  static let wholeQuotient = HostFunction(
    integers: { whole($0.dividedReportingOverflow(by: $1)) }, floats: { $0 / $1 },
    symbols: { $0.exactQuotient($1)?.truncated })

  static let power = HostFunction(
    integers: { _, _ in nil },
    floats: { Float(pow(Double($0), Double($1))) },
    symbols: { base, exponent in
      switch exponent.fixedValue {
      case 1: base
      case 2: base * base
      default: nil
      }
    })

  /// With the sign of the divisor.
  static let modulo = HostFunction(
    integers: { a, b in
      guard let rest = whole(a.remainderReportingOverflow(dividingBy: b)) else { return nil }
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    },
    floats: { a, b in
      let rest = a.truncatingRemainder(dividingBy: b)
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    },
    symbols: { a, b in
      if let quotient = a.exactQuotient(b) { return a - quotient.floor * b }
      guard let number = a.fixedNumber, isSmaller(a, b) else { return nil }
      return number < 0 ? a + b : a
    })

  /// With the sign of the dividend.
  static let remainder = HostFunction(
    integers: { whole($0.remainderReportingOverflow(dividingBy: $1)) },
    floats: { $0.truncatingRemainder(dividingBy: $1) },
    symbols: { a, b in
      if let quotient = a.exactQuotient(b) { return a - quotient.truncated * b }
      return isSmaller(a, b) ? a : nil
    })

  /// Whether a number, whatever its sign, is smaller than another one for all extents.
  private static func isSmaller(_ a: SymbolicNumber, _ b: SymbolicNumber) -> Bool {
    order(a, b) == -1 && order(SymbolicNumber(0) - a, b) == -1
  }

  static let minimum = HostFunction(
    integers: { Swift.min($0, $1) }, floats: { $0.isNaN || $0 < $1 ? $0 : $1 },
    symbols: { a, b in order(a, b).map { $0 < 0 ? a : b } })

  static let maximum = HostFunction(
    integers: { Swift.max($0, $1) }, floats: { $0.isNaN || $0 > $1 ? $0 : $1 },
    symbols: { a, b in order(a, b).map { $0 > 0 ? a : b } })

  static let less = predicate({ $0 < $1 }, { $0 < $1 }) { $0 < 0 }
  static let lessOrEqual = predicate({ $0 <= $1 }, { $0 <= $1 }) { $0 <= 0 }
  static let equal = predicate({ $0 == $1 }, { $0 == $1 }) { $0 == 0 }

  private static func predicate(
    _ integers: @escaping @Sendable (Int, Int) -> Bool,
    _ floats: @escaping @Sendable (Float, Float) -> Bool,
    _ holds: @escaping @Sendable (Int) -> Bool
  ) -> HostFunction {
    HostFunction(
      integers: { integers($0, $1) ? 1 : 0 }, floats: { floats($0, $1) ? 1 : 0 },
      symbols: { a, b in order(a, b).map { SymbolicNumber(holds($0) ? 1 : 0) } },
      isPredicate: true)
  }

  /// The sign of `a − b` where it is the same for all extents, which are at least 1.
  static func order(_ a: SymbolicNumber, _ b: SymbolicNumber) -> Int? {
    // What is too large to be written down may have either sign.
    guard (a - b).numerator != .fixed(.max), (b - a).numerator != .fixed(.max) else { return nil }
    if let difference = (a - b).fixedNumber {
      return difference < 0 ? -1 : difference > 0 ? 1 : 0
    }
    if let least = (a - b).numerator.leastValue, least > 0 { return 1 }
    if let least = (b - a).numerator.leastValue, least > 0 { return -1 }
    return nil
  }

  private static func whole(_ result: (partialValue: Int, overflow: Bool)) -> Int? {
    result.overflow ? nil : result.partialValue
  }
}
