package import GraphIR
package import Interpreter

/// Runs two graphs on the same seeded inputs and weights and compares all outputs of the first.
///
/// - Parameters:
///   - sizes: Extents for the symbols of the input types, as for ``randomInputs(for:sizes:seed:)``.
/// - Returns: nil where the graphs agree, else the first output that differs.
package func disagreement(
  between original: Graph, and changed: Graph, sizes: [String: Int] = [:], seed: UInt64 = 1,
  _ tolerance: Tolerance = .reordered
) throws(InterpreterError) -> Mismatch? {
  let inputs = randomInputs(for: original, sizes: sizes, seed: seed)
  let expected = try Interpreter().run(fillingWeights(of: original, seed: seed), inputs: inputs)
  let got = try Interpreter().run(fillingWeights(of: changed, seed: seed), inputs: inputs)
  for (name, tensor) in expected.entries {
    guard let other = got[name] else {
      return Mismatch(description: "\(name): the output is gone")
    }
    if let mismatch = mismatch(name, expected: tensor, got: other, tolerance) { return mismatch }
  }
  return nil
}
