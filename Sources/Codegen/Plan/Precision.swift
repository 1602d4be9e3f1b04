/// The numbers that a program may compute with; sums are float32 in any case.
package enum Precision: String, CaseIterable, Hashable, Sendable {
  /// Everything is float32.
  case float32 = "f32"
  /// Factors may be rounded to bf16 where the machine multiplies such numbers faster.
  case bfloat16 = "bf16"
}

extension Target {
  /// Whether it adds the products of two pairs of bf16 numbers in one instruction.
  package var multipliesBFloat16: Bool {
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
