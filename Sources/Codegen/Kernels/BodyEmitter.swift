internal import GraphIR
internal import LLVMKit

/// Emits the body of a fused operation for one vector of numbers.
struct BodyEmitter {
  let math: VectorMath
  let body: PointwiseProgram
  /// Gives accumulator `i`.
  let accumulator: (Int) -> IRValue
  /// Loads operand `i`.
  let operand: (Int) -> IRValue

  /// The results of the program, in the order of its yields.
  func emit() -> [IRValue] {
    var operands: [Int: IRValue] = [:]
    var results: [IRValue] = []
    func value(of argument: PointwiseProgram.Argument) -> IRValue {
      switch argument {
      case .accumulator(let index): return accumulator(index)
      case .instruction(let index): return results[index]
      case .constant(let number): return math.constant(Double(number))
      case .operand(let index):
        if let known = operands[index] { return known }
        let loaded = operand(index)
        operands[index] = loaded
        return loaded
      }
    }
    for instruction in body.instructions {
      results.append(math.apply(instruction.function, instruction.arguments.map(value)))
    }
    return body.yields.map { value(of: $0.argument) }
  }
}
