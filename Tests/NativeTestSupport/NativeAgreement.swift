internal import Codegen
package import GraphIR
package import Interpreter
package import TestSupport

extension CompiledGraph {
  /// Runs the program and the interpreter on seeded inputs and compares all outputs.
  ///
  /// - Parameters:
  ///   - sizes: Extents for the symbols of the input types, as for `randomInputs`.
  ///   - reference: The graph for the interpreter; nil for the compiled one.
  /// - Returns: nil where both agree, else the first output that differs.
  /// - Throws: `NativeError`, `InterpreterError`.
  package func disagreement(
    with reference: Graph? = nil, sizes: [String: Int], seed: UInt64 = 1,
    _ tolerance: Tolerance = .reordered
  ) throws -> Mismatch? {
    let inputs = randomInputs(for: plan.graph, sizes: sizes, seed: seed)
    let expected = try Interpreter(threads: 2).run(reference ?? plan.graph, inputs: inputs)
    return firstMismatch(expected: expected, got: try run(inputs), tolerance)
  }
}

/// The first output that two runs disagree on.
package func firstMismatch(
  expected: Outputs, got: [(name: String, tensor: Tensor)], _ tolerance: Tolerance = .reordered
) -> Mismatch? {
  for (name, tensor) in got {
    guard let other = expected[name] else {
      return Mismatch(description: "\(name): the output is not expected")
    }
    if let mismatch = mismatch(name, expected: other, got: tensor, tolerance) { return mismatch }
  }
  return nil
}
