internal import GraphIR
internal import OrderedCollections

extension Model {
  /// The graph of an ONNX file.
  ///
  /// Where it cannot be built for all sizes, it is for multiples of a number, as networks that halve
  /// their images need them. Where that does not help, what is known of its inputs is made constant:
  /// first those of integers, then all extents, then short lists of floats.
  /// - Returns: The graph, and the names of the inputs that became constants.
  static func onnxGraph(_ file: ModelFile, _ options: ImportOptions, notes: inout [String])
    throws(ImportError) -> (Graph, bound: [String])
  {
    let model = try readONNX(ByteSlice(file.bytes))
    var budget = ImportBudget(fileSize: file.bytes.count)
    var first: ImportError?
    for inputs in onnxInputs(options)
    where inputs.multiple == 1 || first?.isOfSizes == true {
      do throws(ImportError) {
        var importer = try ONNXImporter(
          model, files: ONNXExternalFiles(folder: file.folder), budget)
        defer { budget = importer.budget }
        var graph = try importer.build(model.graph, inputs, outputs: options.outputs)
        notes += inputs.multipleNote
        graph.noteImages(options.channelOrder, source: "onnx")
        notes += options.withoutMeaning(for: "an ONNX model")
        let left = Set(graph.inputs.compactMap { graph[$0].name })
        let bound = model.graph.inputs.map(\.name).filter {
          options.arrays[$0] != nil && !left.contains($0)
        }
        return (graph, bound)
      } catch {
        guard error.explanation.status == .unsupported else {
          throw first ?? (options.shapes.isEmpty ? error : error.forGivenShapes)
        }
        first = first ?? error
      }
    }
    throw first ?? ImportError(.onnx(.noGraph))
  }

  /// The ways in which inputs are tried.
  private static func onnxInputs(_ options: ImportOptions) -> [ONNXInputs] {
    let arrays = options.arrays
    func inputs(_ binding: ONNXInputs.Binding) -> ONNXInputs {
      ONNXInputs(arrays: arrays, shapes: options.shapes, binding: binding)
    }
    let free = ProgramInputs.multiples.map { multiple in
      var inputs = inputs(arrays.isEmpty ? .nothing : .integers)
      inputs.multiple = multiple
      return inputs
    }
    return arrays.isEmpty ? free : free + [inputs(.extents), inputs(.shortFloats)]
  }
}

extension ONNXInputs {
  fileprivate var multipleNote: [String] {
    multiple == 1 ? [] : [ProgramInputs.note(multiple)]
  }
}

extension Graph {
  /// Records the order of channels of a model that maps an image to another.
  mutating func noteImages(_ order: ChannelOrder?, source: String) {
    attributes.updateValue(source, forKey: "source")
    guard inputs.count == 1, type(of: inputs[0]).channels == 3 else { return }
    attributes.updateValue((order ?? .rgb).rawValue, forKey: "channel_order")
  }

  /// The outputs to keep where the user names none, as a list with commas, or with line breaks
  /// where a name has a comma; nil for all.
  var defaultOutputs: [String]? {
    get {
      guard let list = attribute("default_outputs") else { return nil }
      return list.split(separator: list.contains("\n") ? "\n" : ",").map(String.init)
    }
  }

  /// Records the outputs to keep where the user names none.
  package mutating func setDefaultOutputs(_ names: [String]) {
    let hasComma = names.contains { $0.contains(",") }
    let list = hasComma ? names.map { $0 + "\n" }.joined() : names.joined(separator: ",")
    attributes.updateValue(list, forKey: "default_outputs")
  }
}

extension ImportOptions {
  /// What a model that is a graph already makes of options that shape one.
  func withoutMeaning(for model: String) -> [String] {
    let wishes = [
      ("family", family), ("stages", stages.map(String.init)), ("frame", frame?.rawValue),
    ]
    return wishes.compactMap { name, wish in
      wish.map { "\(model) brings its graph: --\(name) \($0) has no effect" }
    }
  }
}
