internal import GraphIR

/// What operations cost for the size of the document.
package struct CostDocument: Codable, Hashable, Sendable {
  /// Numbers in the weights that are used, each weight counted once.
  package var parameters: Double
  /// Multiply-adds of convolutions.
  package var multiplyAdds: Double
  /// Bytes of operands, read once by every operation.
  package var bytesRead: Double
  /// Bytes of results.
  package var bytesWritten: Double

  init(_ nodes: [Node], in graph: Graph, _ symbols: [String: Int]) {
    let cost = NodeCost(nodes, in: graph, symbols)
    parameters = cost.parameters
    multiplyAdds = cost.multiplyAdds
    bytesRead = cost.bytesRead
    bytesWritten = cost.bytesWritten
  }
}

/// Costs of a graph and of its layers.
package struct Costs: Codable, Hashable, Sendable {
  /// All operations together; a weight that several layers share counts once.
  package var total: CostDocument
  /// One row for every layer of every stage, in execution order.
  package var layers: [Layer]

  /// The operations of one layer in one stage.
  package struct Layer: Codable, Hashable, Sendable {
    /// The stage; absent for what belongs to none or to several.
    package var stage: Int?
    /// The layer; absent for what belongs to none or to several.
    package var layer: String?
    /// Number of operations.
    package var operations: Int
    /// The type of the largest result that is used outside of the layer.
    package var type: String
    /// What its operations cost.
    package var cost: CostDocument
  }

  init(_ graph: Graph, _ symbols: [String: Int]) {
    total = CostDocument(graph.nodes, in: graph, symbols)
    layers = graph.layerGroups.map { group in
      let members = Set(group.nodes.map(\.id))
      let left = group.nodes.flatMap(\.results).filter { value in
        graph.isOutput(value) || graph.nodes(using: value).contains { !members.contains($0) }
      }
      let largest = left.max {
        graph.type(of: $0).bytes(symbols) < graph.type(of: $1).bytes(symbols)
      }
      return Layer(
        stage: group.stage, layer: group.layer, operations: group.nodes.count,
        type: "\(graph.type(of: largest ?? group.nodes[0].result))",
        cost: CostDocument(group.nodes, in: graph, symbols))
    }
  }
}

/// The operations of one layer in one stage.
struct LayerGroup {
  let stage: Int?
  let layer: String?
  var nodes: [Node]
}

extension Graph {
  /// Operations by stage and layer: stages in order, what belongs to none behind them; layers in
  /// the order of their first operations.
  var layerGroups: [LayerGroup] {
    var groups: [LayerGroup] = []
    var places: [Provenance: Int] = [:]
    for node in nodes {
      let key = Provenance(stage: node.provenance.stage, layer: node.provenance.layer)
      if let place = places[key] {
        groups[place].nodes.append(node)
      } else {
        places[key] = groups.count
        groups.append(LayerGroup(stage: key.stage, layer: key.layer, nodes: [node]))
      }
    }
    let order = groups.indices.sorted {
      (groups[$0].stage ?? .max, $0) < (groups[$1].stage ?? .max, $1)
    }
    return order.map { groups[$0] }
  }
}
