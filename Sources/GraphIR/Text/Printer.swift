import OrderedCollections

/// Writes the text form of a graph; parsing it gives an equal graph.
package struct Printer {
  private let graph: Graph
  private let names: [ValueID: String]

  /// Weights of at most this many elements are written out.
  private static let literalLimit = 16

  /// Chooses a name for every value of a graph.
  package init(_ graph: Graph) {
    self.graph = graph
    names = Self.names(of: graph)
  }

  /// The whole graph with the declarations of its weights.
  package var text: String {
    var lines = ["graph @\(quotedName(graph.name))(\(signature))\(attributes) {"]
    for node in graph.nodes { lines.append("  " + statement(node)) }
    let outputs = graph.outputs.map { output in
      let isPlain = isPlainName(output.name) && output.name.first?.isLetter == true
      let element = output.element == .float32 ? "" : " as \(output.element.rawValue)"
      return "\(isPlain ? output.name : quoted(output.name)): \(name(of: output.value))\(element)"
    }
    lines += ["  return " + outputs.joined(separator: ", "), "}"]
    lines += graph.weightNames.map(declaration(ofWeight:))
    return lines.joined(separator: "\n") + "\n"
  }

  private var signature: String {
    graph.inputs.map { "\(name(of: $0)): \(graph.type(of: $0))" }.joined(separator: ", ")
  }

  private var attributes: String {
    if graph.attributes.isEmpty { return "" }
    let pairs = graph.attributes.map { "\($0.key): \(quoted($0.value))" }
    return " attributes {" + pairs.joined(separator: ", ") + "}"
  }

  /// A value as operands are written.
  package func name(of value: ValueID) -> String {
    if case .weight(let name) = graph[value].definition { return "@" + quotedName(name) }
    return "%" + quotedName(names[value] ?? "?\(value.index)")
  }

  /// One node without its types and provenance, for messages.
  package func header(of node: Node) -> String {
    let results = node.results.map(name(of:)).joined(separator: ", ")
    return "\(results) = \(node.op.operation.printed(operands: node.operands.map(name(of:))))"
  }

  /// One node in full.
  package func statement(_ node: Node) -> String {
    let types = node.results.map { graph.type(of: $0).description }.joined(separator: ", ")
    return "\(header(of: node)) : \(types)\(location(node.provenance))"
  }

  private func location(_ provenance: Provenance) -> String {
    var items: [String] = []
    if let source = provenance.source { items.append(quoted(source)) }
    if let stage = provenance.stage { items.append("stage: \(stage)") }
    if let layer = provenance.layer { items.append("layer: \(quoted(layer))") }
    if !provenance.passes.isEmpty {
      items.append("by: \(quoted(provenance.passes.joined(separator: " ")))")
    }
    return items.isEmpty ? "" : " loc(\(items.joined(separator: ", ")))"
  }

  private func declaration(ofWeight weight: String) -> String {
    guard let value = graph.weight(named: weight) else { return "" }
    let line = "weight @\(quotedName(weight)) : \(graph.type(of: value))"
    guard let tensor = graph.tensor(of: value), tensor.elements.count <= Self.literalLimit else {
      return line
    }
    return line + " = [\(tensor.elements.map(\.description).joined(separator: ", "))]"
  }

  /// Chosen names where they are free, numbers elsewhere; a result that was named with a number is
  /// numbered anew, as the parser does.
  private static func names(of graph: Graph) -> [ValueID: String] {
    var names: [ValueID: String] = [:]
    var taken: Set<String> = []
    let values = graph.inputs + graph.nodes.flatMap(\.results)
    for value in values {
      guard let name = graph[value].name, Int(name) == nil || !graph.isResult(value),
        taken.insert(name).inserted
      else { continue }
      names[value] = name
    }
    var number = 0
    for value in values where names[value] == nil {
      while !taken.insert(String(number)).inserted { number += 1 }
      names[value] = String(number)
    }
    return names
  }
}

private func quotedName(_ name: String) -> String {
  isPlainName(name) ? name : quoted(name)
}
