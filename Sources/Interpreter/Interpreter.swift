package import GraphIR

/// Named results of a run, in the order of the graph's outputs.
package struct Outputs: Sendable {
  /// Names and tensors.
  package let entries: [(name: String, tensor: Tensor)]

  /// The output of a name, if there is one.
  package subscript(_ name: String) -> Tensor? {
    entries.first { $0.name == name }?.tensor
  }
}

/// Runs any graph, operation by operation; the reference for what a graph means.
///
/// Results do not depend on the number of threads.
package struct Interpreter: Sendable {
  private let workers: Workers

  /// - Parameter threads: Threads that compute one operation; at least 1 is used.
  package init(threads: Int = 1) { workers = Workers(count: threads) }

  /// Runs a verified graph.
  ///
  /// - Parameter inputs: A tensor for every input of the graph, by name; they give their extents
  ///   to symbols such as `N`, `H` and `W`.
  /// - Returns: All outputs of the graph.
  /// - Throws: `InterpreterError` naming the input, weight or operation that does not fit.
  package func run(_ graph: Graph, inputs: [String: Tensor]) throws(InterpreterError) -> Outputs {
    _ = keepsBLASOnCallingThread
    let shapes = try ConcreteShapes(graph, inputs: inputs)
    var values = LiveValues(graph, inputs)
    for node in graph.nodes {
      var operands: [Buffer] = []
      for operand in node.operands { operands.append(try values.buffer(of: operand)) }
      var results: [Buffer] = []
      for result in node.results {
        results.append(try values.allocate(shapes.shape(of: result), for: result))
      }
      try shapes.operation(of: node, in: graph).compute(operands, into: results, workers)
      values.release(after: node)
    }
    var entries: [(name: String, tensor: Tensor)] = []
    for output in graph.outputs {
      entries.append((output.name, try values.buffer(of: output.value).tensor))
    }
    return Outputs(entries: entries)
  }
}
