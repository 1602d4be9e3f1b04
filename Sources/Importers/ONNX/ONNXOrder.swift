/// The nodes of a graph or body in an order in which every value is defined before it is used.
struct ONNXOrder {
  private let nodes: [ONNXNode]
  /// The node that defines a value.
  private var producers: [String: Int] = [:]
  /// For every node the nodes whose values it uses.
  private var dependencies: [[Int]] = []

  /// Checks that every value is defined once, and that nothing depends on itself.
  ///
  /// - Parameter known: Whether a value is defined outside.
  /// - Throws: `ONNXFault.definedTwice`, `.undefinedValue`, `.cycle`.
  init(_ nodes: [ONNXNode], known: (String) -> Bool) throws(ImportError) {
    self.nodes = nodes
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty {
        guard !known(output), producers.updateValue(index, forKey: output) == nil else {
          throw ImportError(
            .onnx(.definedTwice(output)), at: ImportPlace(node: node.place(index)))
        }
      }
    }
    for (index, node) in nodes.enumerated() {
      var own: [Int] = []
      for input in node.inputs where !input.isEmpty {
        if let producer = producers[input] {
          own.append(producer)
        } else if !known(input) {
          throw ImportError(
            .onnx(.undefinedValue(input)), at: ImportPlace(node: node.place(index)))
        }
      }
      // Bodies may use what is defined around them; what they use wrongly is found in them.
      own += node.namesUsedInBodies.compactMap { producers[$0] }
      dependencies.append(own)
    }
    _ = try order(of: Array(nodes.indices))
  }

  /// The nodes that the values of some names need, in order.
  func needed(for names: [String]) throws(ImportError) -> [(index: Int, node: ONNXNode)] {
    try order(of: names.compactMap { producers[$0] }).map { ($0, nodes[$0]) }
  }

  /// Depth first, without recursion: a file may chain any number of nodes.
  private func order(of roots: [Int]) throws(ImportError) -> [Int] {
    enum State { case new, open, done }
    var states = [State](repeating: .new, count: nodes.count)
    var order: [Int] = []
    for root in roots {
      var stack = [(node: root, next: 0)]
      while let (node, next) = stack.last {
        if states[node] == .done {
          stack.removeLast()
        } else if next < dependencies[node].count {
          states[node] = .open
          stack[stack.count - 1].next += 1
          let dependency = dependencies[node][next]
          if states[dependency] == .open { throw cycle(stack.map(\.node), from: dependency) }
          if states[dependency] == .new { stack.append((dependency, 0)) }
        } else {
          states[node] = .done
          order.append(node)
          stack.removeLast()
        }
      }
    }
    return order.sorted(by: isBefore(order))
  }

  /// Nodes stay in the file's order where that is sound.
  private func isBefore(_ order: [Int]) -> (Int, Int) -> Bool {
    let isSorted = order.allSatisfy { node in dependencies[node].allSatisfy { $0 < node } }
    if isSorted { return { $0 < $1 } }
    var places = [Int](repeating: 0, count: nodes.count)
    for (place, node) in order.enumerated() { places[node] = place }
    return { places[$0] < places[$1] }
  }

  private func cycle(_ path: [Int], from start: Int) -> ImportError {
    let members = path.drop { $0 != start }
    return ImportError(.onnx(.cycle(members.map { nodes[$0].label($0) })))
  }
}

extension ONNXNode {
  /// The name of the node, or its operation and place where it has none.
  func label(_ index: Int) -> String { name.isEmpty ? "\(op)_\(index)" : name }

  /// The node for messages.
  func place(_ index: Int) -> String { "\(quoted(label(index))) (\(quoted(op)))" }

  /// Names that the bodies of control flow use.
  var namesUsedInBodies: [String] {
    attributes.values.flatMap { attribute -> [String] in
      guard case .graph(let body) = attribute else { return [] }
      return body.outputs.map(\.name)
        + body.nodes.flatMap { $0.inputs + $0.namesUsedInBodies }
    }.sorted()
  }
}
