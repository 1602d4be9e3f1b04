import OrderedCollections

/// Who uses each value; kept up to date by every edit.
extension Graph {
  /// The nodes that use a value, in execution order, each once.
  package func nodes(using value: ValueID) -> [NodeID] { users[value.index] }

  /// Whether a value is an output of the graph.
  package func isOutput(_ value: ValueID) -> Bool { outputValues.contains(value) }

  /// Whether nothing but `node` uses a value.
  package func onlyUser(of value: ValueID, is node: NodeID) -> Bool {
    !isOutput(value) && users[value.index] == [node]
  }

  /// Whether nobody uses a value.
  package func isUnused(_ value: ValueID) -> Bool {
    !isOutput(value) && users[value.index].isEmpty
  }
}

extension Graph {
  /// Notes that a node uses values.
  mutating func addUser(_ node: NodeID, of values: [ValueID]) {
    for value in values {
      let place = placeAmongUsers(of: value, node)
      guard place == users[value.index].endIndex || users[value.index][place] != node else {
        continue
      }
      users[value.index].insert(node, at: place)
    }
  }

  /// Notes that a node that is in the order does not use values any more.
  mutating func removeUser(_ node: NodeID, of values: [ValueID]) {
    for value in values {
      let place = placeAmongUsers(of: value, node)
      guard place < users[value.index].endIndex, users[value.index][place] == node else { continue }
      users[value.index].remove(at: place)
      if users[value.index].isEmpty { unusedCandidates.append(value) }
    }
  }

  private func placeAmongUsers(of value: ValueID, _ node: NodeID) -> Int {
    users[value.index].partitioningIndex { !order.precedes($0, node) }
  }

  /// Removes the nodes and weights that no output depends on.
  ///
  /// Looks only at what edits may have left without a user, so that it can follow every edit.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  mutating func removeUnused() -> Bool {
    var changed = false
    var weights: Set<String> = []
    while let value = unusedCandidates.popLast() {
      guard isUnused(value) else { continue }
      switch self[value].definition {
      case .input: continue
      case .weight(let name):
        // Another one may have taken the name of a weight that was removed before.
        if weightTable[name]?.value == value { weights.insert(name) }
      case .result(let id, _):
        guard let node = nodeTable[id.index], node.results.allSatisfy(isUnused) else { continue }
        remove([id])
        changed = true
      }
    }
    if weights.isEmpty { return changed }
    weightTable.removeAll { weights.contains($0.key) }
    return true
  }
}
