internal import GraphIR

/// A graph as plain values; values and nodes are named by their place in the lists.
package struct GraphDocument: Codable, Hashable, Sendable {
  /// The name of the network.
  package var name: String
  /// Values that the caller provides.
  package var inputs: [Int]
  /// Values that the caller receives.
  package var outputs: [Output]
  /// Inputs, then weights, then results in execution order.
  package var values: [ValueDocument]
  /// Operations in execution order.
  package var nodes: [NodeDocument]

  /// A named output.
  package struct Output: Codable, Hashable, Sendable {
    /// The name under which the caller asks for it.
    package var name: String
    /// The value that the caller receives.
    package var value: Int
  }

  init(_ graph: Graph, _ numbering: GraphNumbering, _ symbols: [String: Int]) {
    let printer = Printer(graph)
    name = graph.name
    inputs = graph.inputs.map { numbering[$0] }
    outputs = graph.outputs.map { Output(name: $0.name, value: numbering[$0.value]) }
    values = numbering.values.map {
      ValueDocument($0, in: graph, name: printer.name(of: $0), numbering, symbols)
    }
    nodes = numbering.nodes.map { NodeDocument($0, in: graph, printer, numbering, symbols) }
  }
}

/// Numbers for the values and nodes of a graph, from 0 on without gaps.
struct GraphNumbering {
  let values: [ValueID]
  let nodes: [Node]
  private let numbers: [ValueID: Int]
  private let nodeNumbers: [NodeID: Int]

  init(_ graph: Graph) {
    nodes = graph.nodes
    values =
      graph.inputs + graph.weightNames.compactMap { graph.weight(named: $0) }
      + nodes.flatMap(\.results)
    numbers = Dictionary(zip(values, values.indices), uniquingKeysWith: { first, _ in first })
    nodeNumbers = Dictionary(uniqueKeysWithValues: zip(nodes.map(\.id), nodes.indices))
  }

  subscript(_ value: ValueID) -> Int {
    guard let number = numbers[value] else { preconditionFailure("a value of another graph") }
    return number
  }

  subscript(_ node: NodeID) -> Int? { nodeNumbers[node] }
}
