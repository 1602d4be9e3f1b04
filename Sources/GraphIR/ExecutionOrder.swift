/// The nodes of a graph in the order in which they are computed.
///
/// Finding a node or comparing two does not take longer in a large graph, or hardly: an optimizer
/// asks for every edit.
struct ExecutionOrder: Sendable {
  /// The nodes, first to last.
  private(set) var nodes: [NodeID] = []
  /// By the index of a node, numbers that rise along the order, with gaps for nodes to come.
  private var keys: [Int] = []

  private static let gap = 1 << 32

  /// Whether a node comes before another one.
  func precedes(_ a: NodeID, _ b: NodeID) -> Bool { keys[a.index] < keys[b.index] }

  /// The place of a node that is in the order.
  func place(of node: NodeID) -> Int {
    nodes.partitioningIndex { keys[$0.index] >= keys[node.index] }
  }

  /// Adds a new node at the end.
  mutating func append(_ node: NodeID) {
    setKey((nodes.last.map { keys[$0.index] } ?? 0) + Self.gap, of: node)
    nodes.append(node)
  }

  /// Adds a new node before one that is in the order.
  mutating func insert(_ node: NodeID, before next: NodeID) {
    let place = place(of: next)
    let before = place > 0 ? keys[nodes[place - 1].index] : 0
    setKey(before + (keys[next.index] - before) / 2, of: node)
    nodes.insert(node, at: place)
    if keys[node.index] == before { spread() }
  }

  /// Takes nodes out that are in the order.
  mutating func remove(_ removed: Set<NodeID>) {
    if removed.count == 1, let node = removed.first {
      nodes.remove(at: place(of: node))
    } else {
      nodes.removeAll { removed.contains($0) }
    }
  }

  private mutating func setKey(_ key: Int, of node: NodeID) {
    if node.index >= keys.count {
      keys += Array(repeating: 0, count: node.index + 1 - keys.count)
    }
    keys[node.index] = key
  }

  /// Makes all gaps equal again.
  private mutating func spread() {
    for (place, node) in nodes.enumerated() { keys[node.index] = (place + 1) * Self.gap }
  }
}

extension RandomAccessCollection {
  /// The first index whose element satisfies a condition that holds for all elements after one,
  /// too; `endIndex` where none does.
  func partitioningIndex(where isBehind: (Element) -> Bool) -> Index {
    var low = startIndex
    var count = self.count
    while count > 0 {
      let middle = index(low, offsetBy: count / 2)
      if isBehind(self[middle]) {
        count /= 2
      } else {
        low = index(after: middle)
        count -= count / 2 + 1
      }
    }
    return low
  }
}
