package import GraphIR
internal import OrderedCollections

/// A model as it was imported: its graph, and where it came from.
package struct Model: Sendable {
  /// The graph with the outputs that were asked for.
  package var graph: Graph
  /// Every output that the model has, of which `graph` keeps some.
  package let allOutputs: [GraphOutput]
  /// Inputs of an ONNX model that became constants, as arrays were there for them.
  package let boundInputs: [String]
  /// The SHA-256 digest of the file.
  package let digest: String
  /// The format of the file.
  package let format: Format
  /// What a user should know about how the file was read.
  package let notes: [String]

  /// Under this key a converted model carries its graph, among the metadata of a safetensors file.
  package static let graphKey = "rescanc.graph"

  /// Reads a model file of any kind and builds its graph, with the outputs that the options keep.
  ///
  /// - Throws: `ImportError` where the file cannot be read, is corrupt or is not supported.
  package init(path: String, _ options: ImportOptions = ImportOptions()) throws(ImportError) {
    try self.init(ModelFile(path: path), options)
  }

  /// Builds the graph of a model file that has been read.
  package init(_ file: ModelFile, _ options: ImportOptions = ImportOptions()) throws(ImportError) {
    var notes: [String] = []
    var bound: [String] = []
    if file.format == .onnx {
      (graph, bound) = try Self.onnxGraph(file, options, notes: &notes)
    } else {
      graph = try Self.graph(of: file, options, notes: &notes)
    }
    allOutputs = graph.outputs
    boundInputs = bound
    try Self.keepOutputs(options.outputs, of: &graph)
    digest = file.digest
    format = file.format
    self.notes = notes
  }

  private static func graph(
    of file: ModelFile, _ options: ImportOptions, notes: inout [String]
  ) throws(ImportError) -> Graph {
    if file.format == .graphText {
      notes += options.ignoredShapes(by: "a textual graph brings the shapes of its inputs")
      return try parse(String(decoding: file.bytes, as: UTF8.self))
    }
    let weights: StateDict
    do throws(ImportError) {
      weights = try file.stateDict()
    } catch {
      // What is frozen has constants in the program for weights, and some programs need none.
      guard [.torch(.frozenScript), .model(.noTensors)].contains(error.fault),
        options.family == nil,
        let graph = try programGraph(file, options, notes: &notes)
      else { throw error }
      return graph
    }
    if options.family == nil, !isKnownFamily(weights),
      let graph = try programGraph(file, options, notes: &notes)
    {
      return graph
    }
    notes += weights.notes
    guard let text = weights.metadata[graphKey] else {
      notes += options.ignoredShapes(by: "networks of this family take images of every size")
      return try buildGraph(weights, options, notes: &notes)
    }
    let graph = try converted(text, weights)
    notes += options.ignored(by: graph)
    return graph
  }

  private static func parse(_ text: String) throws(ImportError) -> Graph {
    do { return try Parser.parse(text) } catch { throw ImportError(.graph(error)) }
  }

  /// A graph whose weights are the tensors beside it.
  private static func converted(_ text: String, _ weights: StateDict) throws(ImportError) -> Graph {
    var graph = try parse(text)
    for name in graph.weightNames {
      guard let value = graph.weight(named: name), let shape = graph.type(of: value).fixedShape
      else { continue }
      if graph.tensor(of: value) != nil && weights.tensors[name] == nil { continue }
      var reader = WeightReader(weights)
      let tensor = try reader.tensor(name, shape: shape)
      // Networks of a family have none; the masks of other models are infinite.
      let isTrained = graph.attribute("family") != nil
      if isTrained, let index = tensor.elements.firstIndex(where: { !$0.isFinite }) {
        throw .model(.notFinite(name: name, index: index))
      }
      graph.setTensor(tensor, ofWeight: name)
    }
    return graph
  }

  private static func keepOutputs(_ names: [String]?, of graph: inout Graph) throws(ImportError) {
    let names = names ?? graph.defaultOutputs
    guard let names else { return }
    var kept: [GraphOutput] = []
    for name in names {
      guard let output = graph.outputs.first(where: { $0.name == name }) else {
        throw .model(.unknownOutput(name: name, known: graph.outputs.map(\.name)))
      }
      kept.append(output)
    }
    graph.setOutputs(kept)
  }
}

extension Model {
  /// The graph with every output of the model, whichever are kept.
  package var completeGraph: Graph {
    var graph = graph
    graph.setOutputs(allOutputs)
    return graph
  }
}

extension ImportOptions {
  /// What a converted model, which brings its graph, makes of options that shape one.
  fileprivate func ignored(by graph: Graph) -> [String] {
    let wishes = [
      ("family", family), ("stages", stages.map(String.init)), ("frame", frame?.rawValue),
    ]
    let ignored: [String] = wishes.compactMap { name, wish in
      guard let wish, graph.attribute(name) != wish else { return nil }
      return "a converted model brings its graph: --\(name) \(wish) has no effect"
    }
    return ignored + ignoredShapes(by: "a converted model brings its graph")
  }

  /// What is said of shapes that nothing is left open for.
  fileprivate func ignoredShapes(by reason: String) -> [String] {
    shapes.isEmpty ? [] : ["\(reason): --input-shape has no effect"]
  }
}

extension Graph {
  /// The graph and its weights as a safetensors file that opens in any reader and, here, gives the
  /// same graph.
  package func converted() throws(ImportError) -> [UInt8] {
    var tensors: OrderedDictionary<String, Tensor> = [:]
    for name in weightNames {
      // Scalars are constants of the graph, not weights of the network; the text holds them.
      guard let value = weight(named: name), type(of: value).rank > 0 else { continue }
      guard let tensor = tensor(of: value) else {
        throw .model(.missingTensor(name: name))
      }
      tensors[name] = tensor
    }
    return try safeTensorsFile(tensors, metadata: [Model.graphKey: Printer(self).text])
  }
}
