import OrderedCollections

extension Graph {
  /// Adds an input after the existing ones.
  @discardableResult
  package mutating func addInput(_ name: String, _ type: TensorType) -> ValueID {
    let id = makeValue(type, .input(inputs.count), name: name)
    inputs.append(id)
    return id
  }

  /// Adds a named output.
  package mutating func addOutput(
    _ name: String, _ value: ValueID, as element: ElementType = .float32
  ) {
    outputs.append(GraphOutput(name: name, value: value, element: element))
    outputValues.insert(value)
  }

  /// Replaces the outputs, for instance to keep only some.
  package mutating func setOutputs(_ outputs: [GraphOutput]) {
    unusedCandidates += self.outputs.map(\.value)
    self.outputs = outputs
    outputValues = Set(outputs.map(\.value))
  }

  /// Adds a weight, or returns the one that exists under this name.
  ///
  /// - Precondition: an existing weight of this name has the same type.
  @discardableResult
  package mutating func addWeight(_ name: String, _ type: TensorType, _ tensor: Tensor?) -> ValueID
  {
    if let known = weightTable[name] {
      precondition(self.type(of: known.value) == type, "weight @\(name) has two types")
      return known.value
    }
    let id = makeValue(type, .weight(name), name: name)
    weightTable[name] = Weight(value: id, tensor: tensor)
    return id
  }

  /// Gives elements to a weight that has none.
  package mutating func setTensor(_ tensor: Tensor, ofWeight name: String) {
    weightTable[name]?.tensor = tensor
  }

  /// Adds a scalar constant; equal numbers share one weight.
  package mutating func addScalar(_ number: Float) -> ValueID {
    addDerivedWeight("c\(number)", TensorType(.float32, []), Tensor(scalar: number))
  }

  /// Adds a weight that is computed from others, or returns the equal one that exists.
  ///
  /// A checkpoint may hold another weight under the same name; then a suffix is added.
  package mutating func addDerivedWeight(_ stem: String, _ type: TensorType, _ tensor: Tensor?)
    -> ValueID
  {
    var name = stem
    var suffix = 2
    while let known = weightTable[name] {
      if self.type(of: known.value) == type && known.tensor == tensor { return known.value }
      name = "\(stem).\(suffix)"
      suffix += 1
    }
    return addWeight(name, type, tensor)
  }

  /// Appends a node, or inserts it before another one; its result types follow from its operands.
  ///
  /// - Throws: `GraphError.Kind.type` where the operation refuses the operands.
  @discardableResult
  package mutating func add(
    _ op: Op, _ operands: [ValueID], before position: NodeID? = nil,
    provenance: Provenance = Provenance()
  ) throws(GraphError) -> [ValueID] {
    let types = try op.operation.resultTypes(of: operands.map { type(of: $0) })
    let id = NodeID(index: nodeTable.count)
    var results: [ValueID] = []
    for (index, type) in types.enumerated() {
      results.append(makeValue(type, .result(id, index), name: nil))
    }
    nodeTable.append(
      Node(id: id, op: op, operands: operands, results: results, provenance: provenance))
    if let position {
      order.insert(id, before: position)
    } else {
      order.append(id)
    }
    addUser(id, of: operands)
    return results
  }

  /// Names a value for the text form.
  package mutating func setName(_ name: String?, of value: ValueID) {
    values[value.index].name = name
  }

  /// Makes every node and output that uses `old` use `new`.
  ///
  /// - Precondition: both have the same type.
  package mutating func replaceUses(of old: ValueID, with new: ValueID) {
    precondition(type(of: old) == type(of: new), "replacement of another type")
    if old == new { return }
    for id in users[old.index] {
      nodeTable[id.index]?.operands.replace(old, with: new)
      addUser(id, of: [new])
    }
    users[old.index] = []
    if outputValues.remove(old) != nil {
      outputValues.insert(new)
      for index in outputs.indices where outputs[index].value == old {
        outputs[index].value = new
      }
    }
    unusedCandidates.append(old)
    if self[new].name == nil, case .result = self[old].definition {
      values[new.index].name = self[old].name
    }
  }

  /// Gives a node other operands.
  ///
  /// - Precondition: they have the types of the ones before.
  package mutating func setOperands(_ operands: [ValueID], of node: NodeID) {
    precondition(
      nodeTable[node.index]?.operands.map(type(of:)) == operands.map(type(of:)),
      "operands of other types")
    removeUser(node, of: nodeTable[node.index]?.operands ?? [])
    nodeTable[node.index]?.operands = operands
    addUser(node, of: operands)
  }

  /// Removes nodes whose results nobody uses.
  ///
  /// - Precondition: they are nodes of the graph.
  package mutating func remove(_ nodes: Set<NodeID>) {
    for id in nodes { removeUser(id, of: nodeTable[id.index]?.operands ?? []) }
    order.remove(nodes)
    for id in nodes { nodeTable[id.index] = nil }
  }

  private mutating func makeValue(
    _ type: TensorType, _ definition: Value.Definition, name: String?
  ) -> ValueID {
    let id = ValueID(index: values.count)
    values.append(Value(type: type, definition: definition, name: name))
    users.append([])
    unusedCandidates.append(id)
    return id
  }
}

extension [ValueID] {
  fileprivate mutating func replace(_ old: ValueID, with new: ValueID) {
    for index in indices where self[index] == old { self[index] = new }
  }
}

extension Graph {
  /// Records where a node comes from.
  package mutating func setProvenance(_ provenance: Provenance, of node: NodeID) {
    nodeTable[node.index]?.provenance = provenance
  }
}
