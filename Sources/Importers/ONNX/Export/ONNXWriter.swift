internal import GraphIR

/// Writes a graph as an ONNX model: nodes and constants, under names that are unique.
struct ONNXWriter {
  /// The version of the file format that is written.
  static let irVersion = 9
  /// The version of the standard operator set that is written.
  static let opset = 19

  let graph: Graph
  private var nodes: [[UInt8]] = []
  private var initializers: [[UInt8]] = []
  private var names: [ValueID: String] = [:]
  private var values = UniqueNames()
  /// Constants of whole numbers by their contents, which exist once.
  private var lists: [[Int]: String] = [:]
  private var extents: [Dimension: String] = [:]
  private var nodeNames = UniqueNames()
  /// Where the operations come from that are written.
  private var source = "node"

  init(_ graph: Graph) {
    self.graph = graph
    for input in graph.inputs { name(input, graph[input].name ?? "input") }
    // Outputs keep their names; a value that has no other reader-visible one gets its output's.
    for output in graph.outputs { _ = values.unique(output.name) }
  }

  // MARK: - Names

  private mutating func name(_ value: ValueID, _ stem: String) {
    names[value] = unique(stem)
  }

  private mutating func unique(_ stem: String) -> String {
    values.unique(stem.isEmpty ? "value" : stem)
  }

  /// The name of a value; constants are written when they are first asked for.
  mutating func name(of value: ValueID) -> String {
    if let known = names[value] { return known }
    let name = unique(graph[value].name ?? source)
    names[value] = name
    if let tensor = graph.tensor(of: value) { addInitializer(name, tensor) }
    return name
  }

  // MARK: - Constants

  private mutating func addInitializer(_ name: String, _ tensor: Tensor) {
    var message = ProtoBytes()
    for extent in tensor.shape { message.integer(1, extent) }
    message.integer(2, Int(ONNXElement.float32.rawValue))
    message.text(8, name)
    var data: [UInt8] = []
    appendLittleEndian(tensor.elements, to: &data)
    message.data(9, data)
    initializers.append(message.bytes)
  }

  /// A scalar of float32.
  mutating func number(_ value: Float) -> String {
    let name = unique("\(source).constant")
    addInitializer(name, Tensor(scalar: value))
    return name
  }

  /// A list of float32.
  mutating func numbers(_ values: [Float]) -> String {
    let name = unique("\(source).constant")
    addInitializer(name, Tensor(shape: [values.count], elements: values))
    return name
  }

  /// A list of int64.
  mutating func integers(_ values: [Int]) -> String {
    if let known = lists[values] { return known }
    let stem = values.map { $0 < 0 ? "m\($0.magnitude)" : "\($0)" }.joined(separator: "_")
    let name = unique("list_\(stem)")
    var message = ProtoBytes()
    message.integer(1, values.count)
    message.integer(2, Int(ONNXElement.int64.rawValue))
    message.text(8, name)
    message.data(9, values.flatMap { littleEndianBytes(UInt64(bitPattern: Int64($0))) })
    initializers.append(message.bytes)
    lists[values] = name
    return name
  }

  // MARK: - Nodes

  /// Adds a node with one output.
  ///
  /// - Parameter output: The name of the output; a new one by default.
  @discardableResult
  mutating func node(
    _ op: String, _ inputs: [String], _ attributes: [(String, ONNXWrittenAttribute)] = [],
    output: String? = nil
  ) -> String {
    let output = output ?? unique("\(source)/\(op)")
    node(op, inputs, attributes, outputs: [output])
    return output
  }

  /// Adds a node.
  mutating func node(
    _ op: String, _ inputs: [String], _ attributes: [(String, ONNXWrittenAttribute)],
    outputs: [String]
  ) {
    let name = nodeNames.unique(source)
    var message = ProtoBytes()
    for input in inputs { message.text(1, input) }
    for output in outputs { message.text(2, output) }
    message.text(3, name)
    message.text(4, op)
    for (key, value) in attributes {
      message.message(5) { value.write(key, to: &$0) }
    }
    nodes.append(message.bytes)
  }

  /// The whole model.
  ///
  /// - Throws: `ImportError` for weights without elements, and for models beyond 2 GB.
  mutating func model() throws(ImportError) -> [UInt8] {
    for name in graph.weightNames {
      if let value = graph.weight(named: name), graph.tensor(of: value) == nil {
        throw .model(.missingTensor(name: name))
      }
    }
    for node in graph.nodes {
      source = node.provenance.source ?? node.op.operation.mnemonic
      write(node)
    }
    source = "output"
    for output in graph.outputs {
      let value = name(of: output.value)
      if output.element == .float32 {
        node("Identity", [value], output: output.name)
      } else {
        let type = Int(ONNXElement(output.element).rawValue)
        node("Cast", [value], [("to", .integer(type))], output: output.name)
      }
    }
    let bytes = modelBytes()
    guard bytes.count <= Int(Int32.max) else {
      throw ImportError(.file(.tooLarge(bytes: bytes.count, limit: Int(Int32.max))))
    }
    return bytes
  }

  private func modelBytes() -> [UInt8] {
    var message = ProtoBytes()
    message.integer(1, Self.irVersion)
    message.text(2, "rescanc")
    message.message(7) { body in
      for node in nodes { body.data(1, node) }
      body.text(2, graph.name)
      for tensor in initializers { body.data(5, tensor) }
      for input in graph.inputs {
        body.message(11) { Self.port(names[input] ?? "", graph.type(of: input), .float32, to: &$0) }
      }
      for output in graph.outputs {
        body.message(12) {
          Self.port(output.name, graph.type(of: output.value), output.element, to: &$0)
        }
      }
    }
    message.message(8) {
      $0.text(1, "")
      $0.integer(2, Self.opset)
    }
    return message.bytes
  }

  /// The message `ValueInfoProto`.
  private static func port(
    _ name: String, _ type: TensorType, _ element: ElementType, to message: inout ProtoBytes
  ) {
    message.text(1, name)
    message.message(2) { message in
      message.message(1) { tensor in
        tensor.integer(1, Int(ONNXElement(element).rawValue))
        tensor.message(2) { shape in
          for extent in type.shape {
            shape.message(1) {
              if let value = extent.fixedValue {
                $0.integer(1, value)
              } else {
                $0.text(2, extent.description)
              }
            }
          }
        }
      }
    }
  }

  // MARK: - Extents

  /// Extents as a list of int64, computed from the shapes of the inputs where they are symbolic.
  mutating func extents(_ dimensions: [Dimension]) -> String {
    let fixed = dimensions.compactMap(\.fixedValue)
    if fixed.count == dimensions.count { return integers(fixed) }
    var parts: [String] = []
    for dimension in dimensions { parts.append(extent(dimension)) }
    if parts.count == 1 { return parts[0] }
    return node("Concat", parts, [("axis", .integer(0))])
  }

  /// An extent as a list of one.
  private mutating func extent(_ dimension: Dimension) -> String {
    if let known = extents[dimension] { return known }
    let name: String
    switch dimension {
    case .fixed(let value): return integers([value])
    case .symbol(let symbol): name = shapeEntry(symbol)
    case .quotient(let base, let divisor):
      name = node("Div", [extent(base), integers([divisor])])
    case .sum(let sum):
      var total: String?
      for term in sum.terms {
        var product: String?
        for factor in term.factors {
          let operand = extent(factor)
          product = product.map { node("Mul", [$0, operand]) } ?? operand
        }
        guard var value = product else { continue }
        if term.coefficient != 1 { value = node("Mul", [value, integers([term.coefficient])]) }
        total = total.map { node("Add", [$0, value]) } ?? value
      }
      let value = total ?? integers([0])
      name = sum.offset == 0 ? value : node("Add", [value, integers([sum.offset])])
    }
    extents[dimension] = name
    return name
  }

  /// A symbol from the extent of the input that has it, or a multiple of it.
  private mutating func shapeEntry(_ symbol: String) -> String {
    for input in graph.inputs {
      let shape = graph.type(of: input).shape
      guard let axis = shape.firstIndex(where: { $0.linear?.symbol == symbol }),
        let linear = shape[axis].linear
      else { continue }
      var value = node(
        "Shape", [name(of: input)], [("start", .integer(axis)), ("end", .integer(axis + 1))])
      if linear.offset != 0 { value = node("Sub", [value, integers([linear.offset])]) }
      return linear.factor == 1 ? value : node("Div", [value, integers([linear.factor])])
    }
    return integers([1])
  }
}

/// Names, each of which exists once.
private struct UniqueNames {
  private var taken: Set<String> = []
  /// The suffix to try next; many nodes come from one layer.
  private var suffixes: [String: Int] = [:]

  /// The name, or a similar one where it is taken.
  mutating func unique(_ stem: String) -> String {
    var name = stem
    var suffix = suffixes[stem, default: 2]
    while !taken.insert(name).inserted {
      name = "\(stem)_\(suffix)"
      suffix += 1
    }
    suffixes[stem] = suffix
    return name
  }
}

extension Graph {
  /// The graph and its weights as an ONNX model; fused operations are taken apart before.
  ///
  /// - Throws: `ImportError` for weights without elements, and for models beyond 2 GB.
  package func onnxModel() throws(ImportError) -> [UInt8] {
    var graph = self
    do {
      try PassRunner().run(
        [DecomposeFused(), DecomposeWindowMeans(), EliminateDeadCode()], on: &graph)
    } catch {
      throw ImportError(.graph(error))
    }
    var writer = ONNXWriter(graph)
    return try writer.model()
  }
}
