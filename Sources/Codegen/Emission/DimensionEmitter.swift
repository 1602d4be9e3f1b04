internal import GraphIR
internal import LLVMKit

/// Emits extents that depend on the symbols of a graph.
struct DimensionEmitter {
  let builder: FunctionBuilder
  private let symbols: [String: IRValue]

  /// Reads the symbols from a table of 64-bit integers.
  init(_ names: [String], at table: IRValue, _ builder: FunctionBuilder) {
    self.builder = builder
    symbols = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { index, name in
        (name, builder.load(builder.types.i64, builder.offset(table, index * 8), alignment: 8))
      })
  }

  /// Symbols whose values are known already.
  init(_ symbols: [String: IRValue], _ builder: FunctionBuilder) {
    self.builder = builder
    self.symbols = symbols
  }

  private func symbol(_ name: String) -> IRValue {
    guard let value = symbols[name] else { preconditionFailure("the symbol \(name) is unknown") }
    return value
  }

  /// The extent as a 64-bit integer.
  func integer(_ extent: Dimension) -> IRValue {
    switch extent {
    case .fixed(let value): return builder.types.int(value)
    case .symbol(let name): return symbol(name)
    case .sum(let sum):
      return sum.terms.reduce(builder.types.int(sum.offset)) { total, term in
        let product = term.factors.reduce(builder.types.int(term.coefficient)) {
          builder.multiply($0, integer($1))
        }
        return builder.add(total, product)
      }
    case .quotient(let base, let divisor):
      let base = integer(base)
      let quotient = builder.divide(base, divisor)
      let rest = builder.binary(.remainder, base, builder.types.int(divisor))
      let isBelow = builder.compare(rest, .less, builder.types.int(0))
      return builder.select(isBelow, builder.subtract(quotient, 1), quotient)
    }
  }

  /// The extent in double precision, which no size is too large for.
  func double(_ extent: Dimension) -> IRValue {
    let types = builder.types
    func constant(_ value: Int) -> IRValue { types.float(Double(value), types.f64) }
    switch extent {
    case .fixed(let value): return constant(value)
    case .symbol(let name): return builder.convert(symbol(name), .intToFloat, to: types.f64)
    case .sum(let sum):
      return sum.terms.reduce(constant(sum.offset)) { total, term in
        let product = term.factors.reduce(constant(term.coefficient)) {
          builder.fmultiply($0, double($1))
        }
        return builder.fadd(total, product)
      }
    case .quotient(let base, let divisor):
      return builder.fdivide(double(base), constant(divisor))
    }
  }
}
