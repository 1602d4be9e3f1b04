internal import GraphIR

/// The values that exist while a graph runs; each is freed behind its last user.
struct LiveValues {
  private let graph: Graph
  private let inputs: [String: Tensor]
  private var buffers: [ValueID: Buffer] = [:]
  private var lastUsers: [ValueID: NodeID] = [:]
  private let kept: Set<ValueID>
  /// Large buffers that nobody uses any more, by shape: fresh memory costs more than a
  /// pointwise operation on it.
  private var spare: [[Int]: [Buffer]] = [:]

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

  /// A buffer for a value, whose elements are not set yet.
  mutating func allocate(_ shape: [Int], for value: ValueID) throws(InterpreterError) -> Buffer {
    guard let buffer = spare[shape]?.popLast() ?? fresh(shape) else {
      throw outOfMemory(shape, value)
    }
    buffers[value] = buffer
    return buffer
  }

  /// New memory; spare buffers of other shapes give way to a large one.
  private mutating func fresh(_ shape: [Int]) -> Buffer? {
    if shape.reduce(1, *) >= Self.large { spare = [:] }
    return Buffer(unset: shape)
  }

  /// Frees the values that nobody uses behind a node.
  mutating func release(after node: Node) {
    for value in node.operands + node.results
    where lastUsers[value] == node.id && !kept.contains(value) {
      guard let buffer = buffers.removeValue(forKey: value) else { continue }
      if buffer.count >= Self.large { spare[buffer.shape, default: []].append(buffer) }
    }
  }

  /// Elements from which on a buffer is used again.
  private static let large = 1 << 18

  private func outOfMemory(_ shape: [Int], _ value: ValueID) -> InterpreterError {
    let bytes = elementCount(of: shape)?.multipliedReportingOverflow(by: 4)
    return InterpreterError(
      .outOfMemory(bytes: bytes.map { $0.overflow ? .max : $0.partialValue } ?? .max),
      at: Printer(graph).name(of: value))
  }
}
