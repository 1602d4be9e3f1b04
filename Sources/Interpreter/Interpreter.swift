package import GraphIR

/// Named results of a run, in the order of the graph's outputs.
package struct Outputs: Sendable {
  package let entries: [(name: String, tensor: Tensor)]

  /// The output of a name, if there is one.
  package subscript(_ name: String) -> Tensor? {
    entries.first { $0.name == name }?.tensor
  }
}

/// Runs any graph, operation by operation; the reference for what a graph means.
package struct Interpreter: Sendable {
  package init(threads: Int = 1) {}
  package func run(_ graph: Graph, inputs: [String: Tensor]) throws(InterpreterError) -> Outputs {
    Outputs(entries: [])
  }
}
