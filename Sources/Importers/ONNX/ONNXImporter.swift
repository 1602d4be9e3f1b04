internal import GraphIR
internal import OrderedCollections

/// Builds a graph from an ONNX model, by partial evaluation: what depends only on constants and
/// extents is computed now, everything else becomes operations.
struct ONNXImporter: ~Copyable {
  /// Versions of the file format that are read.
  static let irVersions = 1...14
  /// Versions of the standard operator set that are read.
  static let opsets = 1...28
  /// Functions and branches in each other.
  private static let depthLimit = 32

  private var context: ImportContext
  private let functions: [ONNXFunctionKey: ONNXFunction]
  /// What the names in scope stand for.
  private var values: [String: ImportValue] = [:]
  /// Versions of the operator sets in scope.
  private var opsets: [String: Int]
  private(set) var budget: ImportBudget
  private var depth = 0

  init(_ model: ONNXModel, files: ONNXExternalFiles, _ budget: ImportBudget) throws(ImportError) {
    self.budget = budget
    self.budget.beginTry()
    guard Self.irVersions.contains(model.irVersion) else {
      throw ImportError(.onnx(.irVersion(model.irVersion)))
    }
    opsets = model.opsets
    // Files of the first version name no operator set.
    if opsets.isEmpty && model.irVersion < 3 { opsets[""] = 1 }
    let name = model.graph.name.isEmpty ? "onnx" : model.graph.name
    context = ImportContext(name: name, files: files)
    var functions: [ONNXFunctionKey: ONNXFunction] = [:]
    for function in model.functions { functions[ONNXFunctionKey(function)] = function }
    self.functions = functions
  }

  /// The graph with its outputs.
  mutating func build(_ graph: ONNXGraph, _ inputs: ONNXInputs, outputs: [String]?)
    throws(ImportError) -> Graph
  {
    try define(graph.initializers, graph.sparseInitializers)
    try inputs.declare(graph.inputs, in: &context, &values)
    var names: OrderedSet<String> = []
    for output in graph.outputs where names.append(output.name).inserted {
      if output.isOther { throw ImportError(.onnx(.notTensor(name: output.name))) }
    }
    if let unknown = outputs?.first(where: { !names.contains($0) }) {
      throw .model(.unknownOutput(name: unknown, known: names.elements))
    }
    for (name, value) in try evaluate(graph.nodes, outputs ?? names.elements) {
      context.builder.output(name, try context.id(value), as: value.element.type)
    }
    do { return try context.builder.finish() } catch { throw ImportError(.graph(error)) }
  }

  // MARK: - Nodes

  /// The values of some names after the nodes that they need.
  private mutating func evaluate(_ nodes: [ONNXNode], _ names: [String])
    throws(ImportError) -> [(name: String, value: ImportValue)]
  {
    let order = try ONNXOrder(nodes, known: { values[$0] != nil })
    for (index, node) in try order.needed(for: names) {
      guard budget.takeOperations() else {
        throw ImportError(.onnx(.tooManyNodes(limit: budget.operationLimit)))
      }
      try within(ImportPlace(node: node.place(index))) { () throws(ImportError) in
        try add(node, index)
      }
    }
    var results: [(name: String, value: ImportValue)] = []
    for name in names {
      guard let value = values[name] else { throw ImportError(.onnx(.undefinedValue(name))) }
      results.append((name, value))
    }
    return results
  }

  private mutating func add(_ node: ONNXNode, _ index: Int) throws(ImportError) {
    let inputs = node.inputs.map { $0.isEmpty ? nil : values[$0] }
    let results: [ImportValue]
    if let function = functions[ONNXFunctionKey(node)] {
      results = try call(function, node, inputs)
    } else if node.op == "If" && node.domain.isEmpty {
      results = try branch(node, inputs)
    } else {
      let opset = try opset(of: node.domain)
      let mapping = try ONNXMapping.of(node, opset: opset)
      context.builder.provenance = node.provenance(index)
      let call = ONNXCall(node: node, opset: opset, inputs: inputs)
      results = try mapping.map(call, &context)
      // What a file holds by itself has its size.
      if node.op != "Constant" {
        for result in results { try budget.pay(for: result) }
      }
    }
    for (name, value) in zip(node.outputs, results) where !name.isEmpty { values[name] = value }
    if let missing = node.outputs.dropFirst(results.count).first(where: { !$0.isEmpty }) {
      throw ImportError(.onnx(.unsupported("the output \(quoted(missing)) of \(node.op)")))
    }
  }

  private func opset(of domain: String) throws(ImportError) -> Int {
    guard let version = opsets[domain] else {
      // What is of a domain that nobody names is found not to be supported.
      if !domain.isEmpty { return 1 }
      throw ImportError(.onnx(.noOpset(domain: domain)))
    }
    guard !domain.isEmpty || Self.opsets.contains(version) else {
      throw ImportError(.onnx(.opset(version: version, newest: Self.opsets.upperBound)))
    }
    return version
  }

  private mutating func define(_ initializers: [ONNXTensor], _ sparse: [String])
    throws(ImportError)
  {
    if let name = sparse.first { throw ImportError(.onnx(.sparse(name: name))) }
    for tensor in initializers {
      guard !tensor.name.isEmpty else {
        throw ImportError(.onnx(.unnamed(what: "an initializer")))
      }
      guard values[tensor.name] == nil else {
        throw ImportError(.onnx(.definedTwice(tensor.name)))
      }
      let host = try tensor.host(&context.files)
      budget.add(host)
      values[tensor.name] = .host(host.compressed)
    }
  }

  // MARK: - Bodies

  /// The nodes of a function in place of its call.
  private mutating func call(
    _ function: ONNXFunction, _ node: ONNXNode, _ inputs: [ImportValue?]
  ) throws(ImportError) -> [ImportValue] {
    guard depth < Self.depthLimit else { throw ImportError(.onnx(.inlining(function.name))) }
    let attributes = function.defaults.merging(node.attributes) { _, given in given }
    let outer = (values, opsets)
    defer { (values, opsets, depth) = (outer.0, outer.1, depth - 1) }
    depth += 1
    opsets = function.opsets.merging(opsets) { own, _ in own }
    values = [:]
    for (name, value) in zip(function.inputs, inputs) { values[name] = value }
    var nodes = function.nodes.map { $0.substituting(attributes) }
    let absent = Set(function.inputs.filter { values[$0] == nil })
    for index in nodes.indices {
      nodes[index].inputs = nodes[index].inputs.map { absent.contains($0) ? "" : $0 }
    }
    return try evaluate(nodes, function.outputs).map(\.value)
  }

  /// The branch that a constant condition chooses.
  private mutating func branch(_ node: ONNXNode, _ inputs: [ImportValue?])
    throws(ImportError) -> [ImportValue]
  {
    guard depth < Self.depthLimit else { throw ImportError(.onnx(.inlining(node.op))) }
    guard let condition = inputs.first.flatMap({ $0 })?.host else {
      throw ImportError(.onnx(.needsConstant(what: "the condition")))
    }
    let isTrue = try condition.integers("the condition").first.map { $0 != 0 }
    guard let isTrue,
      case .graph(let body)? =
        node.attributes[isTrue ? "then_branch" : "else_branch"]
    else { throw ImportError(.onnx(.missingAttribute("then_branch"))) }
    // Names are defined once, so none of the body's hides another.
    let names = body.initializers.map(\.name) + body.nodes.flatMap(\.outputs)
    defer {
      for name in names { values[name] = nil }
      depth -= 1
    }
    depth += 1
    try define(body.initializers, body.sparseInitializers)
    return try evaluate(body.nodes, body.outputs.map(\.name)).map(\.value)
  }
}

/// What names a function of a model.
private struct ONNXFunctionKey: Hashable {
  let name: String
  let domain: String
  let overload: String

  init(_ function: ONNXFunction) {
    (name, domain, overload) = (function.name, function.domain, function.overload)
  }

  init(_ node: ONNXNode) { (name, domain, overload) = (node.op, node.domain, node.overload) }
}

extension ONNXNode {
  /// Where the operations of this node come from: its name, and the module that exporters put in
  /// front of it.
  fileprivate func provenance(_ index: Int) -> Provenance {
    let parts = name.split(separator: "/")
    return Provenance(
      source: name.isEmpty ? label(index) : parts.joined(separator: "/"),
      layer: parts.count > 1 ? String(parts[parts.count - 2]) : nil)
  }

  /// The node with the attributes of a function's call in place of references.
  fileprivate func substituting(_ given: [String: ONNXAttribute]) -> ONNXNode {
    var copy = self
    for (name, attribute) in attributes {
      guard case .reference(let source) = attribute else { continue }
      copy.attributes[name] = given[source]
    }
    return copy
  }
}
