internal import GraphIR
internal import Interpreter
internal import TestSupport

/// A graph that was read can be optimized, and then computes the same.
enum OptimizationRules {
  /// Larger graphs are passed over: they take long, and what happens to them does to these.
  private static let nodeLimit = 64
  /// Elements of all values of a graph that is run.
  private static let runLimit = 1 << 16

  /// - Parameter runs: Whether it is run: in files that were changed at random, numbers are of any
  ///   size, and what rounding takes from one is as large as the result.
  static func check(_ imported: Graph, runs: Bool) throws {
    guard imported.nodes.count <= nodeLimit else { return }
    let isSmall = runs && size(of: imported) < runLimit
    let graph = isSmall ? fillingWeights(of: imported, seed: 1) : imported
    let optimized: Graph
    do throws(GraphError) { optimized = try graph.optimized() } catch {
      throw BrokenRule("what is read can be optimized: \(error)\n\(Printer(graph).text)")
    }
    try GraphRules.check(optimized)
    if isSmall { try checkNumbers(of: graph, optimized) }
  }

  /// A graph that the sizes do not fit is passed over.
  private static func checkNumbers(of graph: Graph, _ optimized: Graph) throws {
    let inputs = randomInputs(for: graph, seed: 1)
    guard let expected = try? Interpreter().run(graph, inputs: inputs) else { return }
    let got: Outputs
    do throws(InterpreterError) { got = try Interpreter().run(optimized, inputs: inputs) } catch {
      throw BrokenRule("what runs does so optimized: \(error)\n\(Printer(graph).text)")
    }
    for (name, tensor) in expected.entries {
      guard let other = got[name] else { throw BrokenRule("no output \(name) is left") }
      if let mismatch = mismatch(name, expected: tensor, got: other, .rough) {
        let texts = "\(Printer(graph).text)\n\(Printer(optimized).text)"
        throw BrokenRule("what is optimized computes the same: \(mismatch)\n\(texts)")
      }
    }
  }

  /// The elements of all values together, for the extents that inputs are given.
  private static func size(of graph: Graph) -> Int {
    let weights = graph.weightNames.compactMap { graph.weight(named: $0) }
    return (graph.inputs + weights + graph.nodes.flatMap(\.results)).reduce(0) { sum, value in
      graph.type(of: value).shape.reduce(1) { count, extent in
        let (product, overflows) = count.multipliedReportingOverflow(
          by: max(1, extent.evaluated(defaultSizes) ?? 8))
        return overflows ? runLimit : min(product, runLimit)
      } + sum
    }
  }
}
