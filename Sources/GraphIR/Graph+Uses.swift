/// Who uses each value of a graph, computed once for a graph that does not change meanwhile.
///
/// - Complexity: linear in the number of operands of all nodes; passes compute it after each edit.
package struct Uses {
  /// The users of all values one after the other; those of value `i` are
  /// `users[starts[i]..<starts[i + 1]]`.
  private var users: [NodeID] = []
  private var starts: [Int]
  private var outputs: [Bool]

  /// Collects the users of every value of a graph.
  package init(_ graph: Graph) {
    outputs = Array(repeating: false, count: graph.values.count)
    for output in graph.outputs { outputs[output.value.index] = true }
    var counts = Array(repeating: 0, count: graph.values.count)
    graph.forEachUse { value, _ in counts[value.index] += 1 }
    starts = [0]
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    var next = starts
    users = Array(repeating: NodeID(index: 0), count: starts[starts.count - 1])
    graph.forEachUse { value, node in
      users[next[value.index]] = node
      next[value.index] += 1
    }
  }

  /// The nodes that use a value, in execution order, each once.
  package func nodes(using value: ValueID) -> [NodeID] {
    Array(users[starts[value.index]..<starts[value.index + 1]])
  }

  /// Whether a value is an output of the graph.
  package func isOutput(_ value: ValueID) -> Bool { outputs[value.index] }

  /// Whether nothing but `node` uses a value.
  package func onlyUser(of value: ValueID, is node: NodeID) -> Bool {
    !isOutput(value) && nodes(using: value) == [node]
  }

  /// Whether nobody uses a value.
  package func isUnused(_ value: ValueID) -> Bool {
    !isOutput(value) && starts[value.index] == starts[value.index + 1]
  }
}

extension Graph {
  /// Calls `body` for every value and every node that uses it, once for each pair.
  fileprivate func forEachUse(_ body: (ValueID, NodeID) -> Void) {
    for id in order {
      guard let operands = nodeTable[id.index]?.operands else { continue }
      for (index, operand) in operands.enumerated() where !operands[..<index].contains(operand) {
        body(operand, id)
      }
    }
  }
}
