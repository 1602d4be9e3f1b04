/// The numbers that a program may compute with; sums are float32 in any case.
package enum Precision: String, CaseIterable, Hashable, Sendable {
  /// Everything is float32.
  case float32 = "f32"
  /// States are kept as bf16, and factors are rounded to it where the machine multiplies such
  /// numbers faster.
  case bfloat16 = "bf16"
}

extension Target {
  /// Whether it has instructions that round vectors to bf16 and add the products of pairs of such
  /// numbers.
  package var convertsBFloat16: Bool {
    lanes == 16 && features.split(separator: ",").contains("+avx512bf16")
  }

  /// The same without versions that differ from others only where factors may be rounded.
  func computing(_ precision: Precision) -> Target {
    guard precision == .float32 else { return self }
    var target = self
    target.alternatives.removeAll(where: \.multipliesBFloat16)
    return target
  }
}
