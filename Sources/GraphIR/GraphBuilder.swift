import OrderedCollections

/// Builds a graph operation by operation, with the provenance of the part that is being built.
package struct GraphBuilder {
  /// What was built so far.
  package private(set) var graph: Graph
  /// Given to every operation that is added.
  package var provenance = Provenance()

  /// Begins an empty graph.
  package init(name: String) { graph = Graph(name: name) }

  /// Adds an input.
  package mutating func input(_ name: String, _ type: TensorType) -> ValueID {
    graph.addInput(name, type)
  }

  /// Adds a weight under its checkpoint key; equal names share it.
  package mutating func weight(_ name: String, _ tensor: Tensor) -> ValueID {
    graph.addWeight(name, tensor.type, tensor)
  }

  /// Adds a weight whose elements are not known; equal names share it.
  package mutating func weight(_ name: String, _ type: TensorType) -> ValueID {
    graph.addWeight(name, type, nil)
  }

  /// Adds a weight under a name, or a similar one where that belongs to another weight.
  package mutating func derivedWeight(_ stem: String, _ tensor: Tensor) -> ValueID {
    graph.addDerivedWeight(stem, tensor.type, tensor)
  }

  /// Adds a scalar constant.
  package mutating func scalar(_ number: Float) -> ValueID { graph.addScalar(number) }

  /// Adds an operation of any number of results.
  package mutating func results(of op: Op, _ operands: [ValueID]) throws(GraphError) -> [ValueID] {
    try graph.add(op, operands, provenance: provenance)
  }

  /// Adds an operation of one result.
  package mutating func apply(_ op: Op, _ operands: [ValueID]) throws(GraphError) -> ValueID {
    try graph.add(op, operands, provenance: provenance)[0]
  }

  /// Adds an operation of one result.
  package mutating func apply(_ op: Op, _ operands: ValueID...) throws(GraphError) -> ValueID {
    try apply(op, operands)
  }

  /// Adds a pointwise function.
  package mutating func apply(_ function: PointwiseFunction, _ operands: ValueID...)
    throws(GraphError) -> ValueID
  {
    try apply(.pointwise(Pointwise(function)), operands)
  }

  /// Adds an output.
  package mutating func output(
    _ name: String, _ value: ValueID, as element: ElementType = .float32
  ) {
    graph.addOutput(name, value, as: element)
  }

  /// Records a fact about the network.
  package mutating func setAttribute(_ name: String, _ value: String) {
    graph.attributes.updateValue(value, forKey: name)
  }

  /// The verified graph.
  package func finish() throws(GraphError) -> Graph {
    try graph.verify()
    return graph
  }
}
