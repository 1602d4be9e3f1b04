import OrderedCollections

extension Graph {
  /// Checks every rule of the language; passes and readers rely on it.
  ///
  /// - Throws: `GraphError` with the first rule that is broken and the operation that breaks it.
  package func verify() throws(GraphError) {
    try verifyWeights()
    try verifyOrder()
    try verifyTypes()
    try verifyExtents()
    try verifyOutputs()
  }

  private func verifyWeights() throws(GraphError) {
    for (name, weight) in weightTable {
      guard let tensor = weight.tensor else { continue }
      guard type(of: weight.value).fixedShape == tensor.shape else {
        throw GraphError(.structure("elements of another shape than the type"), at: "@\(name)")
      }
    }
  }

  private func verifyOrder() throws(GraphError) {
    var defined = Set(inputs)
    for weight in weightTable.values { defined.insert(weight.value) }
    for node in nodes {
      for operand in node.operands where !defined.contains(operand) {
        throw GraphError(
          .structure("uses \(Printer(self).name(of: operand)) before its definition"),
          at: Printer(self).header(of: node))
      }
      defined.formUnion(node.results)
    }
    for output in outputs where !defined.contains(output.value) {
      throw GraphError(.structure("is never computed"), at: "output \(output.name)")
    }
  }

  private func verifyTypes() throws(GraphError) {
    for node in nodes {
      let types: [TensorType]
      do throws(GraphError) {
        types = try node.op.operation.resultTypes(of: node.operands.map { type(of: $0) })
      } catch {
        throw error.located(at: Printer(self).header(of: node))
      }
      guard types == node.results.map({ type(of: $0) }) else {
        throw GraphError(
          .structure("has results of other types than its operation gives"),
          at: Printer(self).header(of: node))
      }
    }
  }

  /// Extents in attributes must be known once the inputs are.
  private func verifyExtents() throws(GraphError) {
    var known: Set<String> = []
    for input in inputs {
      for extent in type(of: input).shape { known.formUnion(extent.symbols) }
    }
    for node in nodes {
      for extent in node.op.dimensions {
        if let unknown = extent.symbols.sorted().first(where: { !known.contains($0) }) {
          throw GraphError(
            .structure("\(unknown) is the extent of no input"), at: Printer(self).header(of: node))
        }
      }
    }
  }

  private func verifyOutputs() throws(GraphError) {
    var seen: Set<String> = []
    for output in outputs where !seen.insert(output.name).inserted {
      throw GraphError(.structure("is defined twice"), at: "output \(output.name)")
    }
    if outputs.isEmpty { throw GraphError(.structure("the graph has no output"), at: "@\(name)") }
  }
}
