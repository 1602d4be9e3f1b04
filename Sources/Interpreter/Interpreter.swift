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
      node.op.compute(operands, into: results, workers)
      values.release(after: node)
    }
    var entries: [(name: String, tensor: Tensor)] = []
    for output in graph.outputs {
      entries.append((output.name, try values.buffer(of: output.value).tensor))
    }
    return Outputs(entries: entries)
  }
}

/// The values that exist while a graph runs; each is freed behind its last user.
private struct LiveValues {
  private let graph: Graph
  private let inputs: [String: Tensor]
  private var buffers: [ValueID: Buffer] = [:]
  private var lastUsers: [ValueID: NodeID] = [:]
  private let kept: Set<ValueID>

  init(_ graph: Graph, _ inputs: [String: Tensor]) {
    self.graph = graph
    self.inputs = inputs
    kept = Set(graph.outputs.map(\.value))
    for node in graph.nodes {
      for value in node.results + node.operands { lastUsers[value] = node.id }
    }
  }

  /// The elements of a value; those of inputs and weights are fetched when they are first wanted.
  mutating func buffer(of value: ValueID) throws(InterpreterError) -> Buffer {
    if let buffer = buffers[value] { return buffer }
    let tensor = try tensor(of: value)
    guard let buffer = Buffer(tensor) else { throw outOfMemory(tensor.shape, value) }
    buffers[value] = buffer
    return buffer
  }

  private func tensor(of value: ValueID) throws(InterpreterError) -> Tensor {
    if case .input = graph[value].definition {
      let name = graph[value].name ?? ""
      guard let tensor = inputs[name] else { throw InterpreterError(.missingInput, at: name) }
      return tensor
    }
    guard let tensor = graph.tensor(of: value) else {
      throw InterpreterError(.weightWithoutElements, at: Printer(graph).name(of: value))
    }
    return tensor
  }

  mutating func allocate(_ shape: [Int], for value: ValueID) throws(InterpreterError) -> Buffer {
    guard let buffer = Buffer(unset: shape) else { throw outOfMemory(shape, value) }
    buffers[value] = buffer
    return buffer
  }

  mutating func release(after node: Node) {
    for value in node.operands + node.results
    where lastUsers[value] == node.id && !kept.contains(value) {
      buffers[value] = nil
    }
  }

  private func outOfMemory(_ shape: [Int], _ value: ValueID) -> InterpreterError {
    let bytes = elementCount(of: shape)?.multipliedReportingOverflow(by: 4)
    return InterpreterError(
      .outOfMemory(bytes: bytes.map { $0.overflow ? .max : $0.partialValue } ?? .max),
      at: Printer(graph).name(of: value))
  }
}
