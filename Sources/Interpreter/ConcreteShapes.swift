internal import GraphIR

/// The shape of every value of a graph for given inputs, found before anything is computed.
struct ConcreteShapes {
  private var types: [ValueID: TensorType] = [:]
  private var symbols: [String: Int] = [:]

  /// - Throws: `InterpreterError` where an input or an operation does not fit.
  init(_ graph: Graph, inputs: [String: Tensor]) throws(InterpreterError) {
    try bindInputs(of: graph, inputs)
    for node in graph.nodes {
      let operands = node.operands.map { type(of: $0, in: graph) }
      let op = try operation(of: node, in: graph)
      let results: [TensorType]
      do throws(GraphError) {
        results = try op.operation.resultTypes(of: operands)
      } catch {
        throw InterpreterError(.refused(error), at: Printer(graph).header(of: node))
      }
      for (value, type) in zip(node.results, results) {
        try Self.checkSize(of: type) { Printer(graph).header(of: node) }
        types[value] = type
      }
    }
  }

  /// The operation of a node with numbers for the extents among its attributes.
  func operation(of node: Node, in graph: Graph) throws(InterpreterError) -> Op {
    let op = node.op.mapDimensions { $0.evaluated(symbols).map(Dimension.fixed) ?? $0 }
    if let extent = op.dimensions.first(where: { $0.fixedValue == nil }) {
      throw InterpreterError(
        .refused(.type("the extent \(extent) does not fit")), at: Printer(graph).header(of: node))
    }
    return op
  }

  /// The shape of a value that a node computes.
  func shape(of value: ValueID) -> [Int] { types[value]?.fixedShape ?? [] }

  /// Weights have their type from the graph.
  private func type(of value: ValueID, in graph: Graph) -> TensorType {
    types[value] ?? graph.type(of: value)
  }

  private mutating func bindInputs(of graph: Graph, _ inputs: [String: Tensor])
    throws(InterpreterError)
  {
    var names: [String] = []
    for value in graph.inputs {
      let name = graph[value].name ?? ""
      names.append(name)
      guard let tensor = inputs[name] else { throw InterpreterError(.missingInput, at: name) }
      try Self.check(tensor, graph.type(of: value), &symbols, name)
      try Self.checkSize(of: tensor.type) { name }
      types[value] = tensor.type
    }
    if let extra = inputs.keys.sorted().first(where: { !names.contains($0) }) {
      throw InterpreterError(.unknownInput(known: names), at: extra)
    }
  }

  /// Checks a tensor against the type of an input and binds symbols that are new.
  private static func check(
    _ tensor: Tensor, _ type: TensorType, _ symbols: inout [String: Int], _ name: String
  ) throws(InterpreterError) {
    guard tensor.shape.count == type.rank else {
      throw InterpreterError(.inputRank(expected: type, found: tensor.shape), at: name)
    }
    for (axis, (extent, found)) in zip(type.shape, tensor.shape).enumerated() {
      guard extent.matches(found, &symbols) else {
        let wanted = found < 1 ? "at least 1" : extent.wanted(symbols)
        throw InterpreterError(
          .inputExtent(axis: axis, expected: wanted, found: found), at: name)
      }
    }
  }

  /// BLAS counts the rows of a matrix and the numbers from one to the next in 32 bits.
  private static func checkSize(of type: TensorType, _ place: () -> String)
    throws(InterpreterError)
  {
    guard let shape = type.fixedShape, type.elementCount != nil,
      shape.suffix(2).reduce(1, *) <= Int(Int32.max)
    else { throw InterpreterError(.tooLarge(type), at: place()) }
  }
}
