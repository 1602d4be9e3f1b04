package import OrderedCollections

/// Names a value of one graph.
package struct ValueID: Hashable, Sendable, Comparable {
  let index: Int
  package static func < (a: ValueID, b: ValueID) -> Bool { a.index < b.index }
}

/// Names a node of one graph.
package struct NodeID: Hashable, Sendable, Comparable {
  let index: Int
  package static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

/// A tensor that exists once in a graph: an input, a weight or the result of a node.
package struct Value: Hashable, Sendable {
  /// What defines a value.
  package enum Definition: Hashable, Sendable {
    case input(Int)
    case weight(String)
    case result(NodeID, Int)
  }

  /// Element type and extents.
  package var type: TensorType
  /// What defines the value.
  package let definition: Definition
  /// The name to print; unnamed values are numbered.
  package var name: String?
}

/// One operation applied to values.
package struct Node: Hashable, Sendable {
  /// The name of the node in its graph.
  package let id: NodeID
  /// The operation.
  package var op: Op
  /// What the operation is applied to.
  package var operands: [ValueID]
  /// What the node defines, in the order of the operation's type rule.
  package let results: [ValueID]
  /// Where the node comes from.
  package var provenance: Provenance

  /// The only result of a node that has one.
  package var result: ValueID { results[0] }
}

/// A named output of a graph.
package struct GraphOutput: Hashable, Sendable {
  /// The name under which the caller asks for it.
  package var name: String
  /// The value that the caller receives.
  package var value: ValueID
  /// The type to which the caller gets the elements converted; they are computed in float32.
  package var element: ElementType

  /// Gives a value a name towards the caller.
  package init(name: String, value: ValueID, element: ElementType = .float32) {
    self.name = name
    self.value = value
    self.element = element
  }
}

/// A network as a static single-assignment graph of tensor operations.
///
/// Nodes are kept in execution order. Everything is a value: copying a graph is cheap and copies
/// no weight. Only `Graph+Editing.swift` changes nodes and values.
package struct Graph: Sendable {
  /// The name of the network, printed behind `graph @`.
  package var name: String
  /// Facts about the network that are not computation: `family`, `channel_order`, `stages`, ….
  package var attributes: OrderedDictionary<String, String> = [:]
  /// Values that the caller provides, in order.
  package internal(set) var inputs: [ValueID] = []
  /// Values that the caller receives, in order.
  package internal(set) var outputs: [GraphOutput] = []

  var values: [Value] = []
  var nodeTable: [Node?] = []
  var order = ExecutionOrder()
  /// By the index of a value, the nodes that use it, in execution order.
  var users: [[NodeID]] = []
  /// The values of the outputs.
  var outputValues: Set<ValueID> = []
  /// All unused values are among these, but for results of removed nodes.
  var unusedCandidates: [ValueID] = []
  var weightTable: OrderedDictionary<String, Weight> = [:]

  /// A constant of the graph: its value and, where they are known, its elements.
  struct Weight: Sendable {
    var value: ValueID
    var tensor: Tensor?
  }

  /// Makes an empty graph.
  package init(name: String) { self.name = name }
}

extension Graph {
  /// The nodes in execution order.
  package var nodes: [Node] { order.nodes.compactMap { nodeTable[$0.index] } }

  /// A node of this graph.
  package subscript(_ id: NodeID) -> Node {
    guard let node = nodeTable[id.index] else {
      preconditionFailure("node \(id.index) was removed")
    }
    return node
  }

  /// A value of this graph.
  package subscript(_ id: ValueID) -> Value { values[id.index] }

  /// A fact about the network, such as `channel_order`.
  package func attribute(_ name: String) -> String? { attributes[name] }

  /// The type of a value.
  package func type(of value: ValueID) -> TensorType { values[value.index].type }

  /// The node that computes a value, unless it is an input or a weight.
  package func producer(of value: ValueID) -> Node? {
    guard case .result(let node, _) = self[value].definition else { return nil }
    return nodeTable[node.index]
  }

  /// Names of the weights in the order of their definition.
  package var weightNames: [String] { Array(weightTable.keys) }

  /// The value of a weight, if there is one of that name.
  package func weight(named name: String) -> ValueID? { weightTable[name]?.value }

  /// The elements of a weight, where the value is one and its elements are known.
  package func tensor(of value: ValueID) -> Tensor? {
    guard case .weight(let name) = self[value].definition else { return nil }
    return weightTable[name]?.tensor
  }

  /// The number that a value stands for, where it is a constant of one element.
  package func scalar(of value: ValueID) -> Float? {
    guard let tensor = tensor(of: value), tensor.elements.count == 1 else { return nil }
    return tensor.elements[0]
  }

  /// Whether a value is computed by a node.
  package func isResult(_ value: ValueID) -> Bool {
    if case .result = self[value].definition { true } else { false }
  }

  /// Whether a value is a constant.
  package func isWeight(_ value: ValueID) -> Bool {
    if case .weight = self[value].definition { true } else { false }
  }
}
