internal import GraphIR
internal import OrderedCollections

/// How the inputs of a model become inputs of a graph.
struct ONNXInputs {
  /// What is made constant, where arrays for the inputs are there already.
  enum Binding: CaseIterable {
    case nothing
    /// Inputs of whole numbers: shapes, axes, indices, masks.
    case integers
    /// Also the extents of all inputs.
    case extents
    /// Also short lists of floats: scales, limits.
    case shortFloats
  }

  let arrays: [String: InputArray]
  /// Shapes that the user wants.
  var shapes = InputShapes()
  let binding: Binding
  /// Rows and columns that are free are multiples of this number.
  var multiple = 1

  /// Floats of at most this many elements may be scales or limits.
  private static let shortCount = 16

  /// Declares every input that is not an initializer.
  func declare(
    _ inputs: [ONNXValueInfo], in context: inout ImportContext,
    _ values: inout [String: ImportValue]
  ) throws(ImportError) {
    // Old files repeat initializers as inputs, so that a caller may replace them.
    let open = try checked(inputs).filter { values[$0.name] == nil }
    let shapes = try self.shapes.resolved(for: open.map(\.name))
    var names = SymbolNames(taken: Set(inputs.flatMap { $0.shape ?? [] }.compactMap(\.name)))
    var symbols: [String: Int] = [:]
    var told: [[Dimension]?] = []
    for input in open {
      let wanted = shapes.shape(of: input.name)?.map { $0.map(ONNXExtent.fixed) ?? .unknown }
      let shape = (input.shape ?? wanted).map { names.shape($0) }
      if let shape { try shapes.bind(input.name, shape, &symbols) }
      told.append(shape)
    }
    for (input, told) in zip(open, told) {
      let shape = told?.map { $0.evaluated(symbols).map(Dimension.fixed) ?? $0 }
      values[input.name] = try declare(input, shape, in: &context)
    }
  }

  /// The inputs, each of which has a name of its own.
  private func checked(_ inputs: [ONNXValueInfo]) throws(ImportError) -> [ONNXValueInfo] {
    var seen: Set<String> = []
    for input in inputs {
      guard !input.name.isEmpty else { throw ImportError(.onnx(.unnamed(what: "an input"))) }
      guard seen.insert(input.name).inserted else {
        throw ImportError(.onnx(.definedTwice(input.name)))
      }
    }
    return inputs
  }

  /// Declares an input; its shape is what the file and the user say.
  private func declare(
    _ input: ONNXValueInfo, _ given: [Dimension]?, in context: inout ImportContext
  ) throws(ImportError) -> ImportValue {
    guard !input.isOther, let number = input.element else {
      throw ImportError(.onnx(.notTensor(name: input.name)))
    }
    let element = try within(ImportPlace(tensor: input.name)) { () throws(ImportError) in
      try ONNXElement(number)
    }
    let array = arrays[input.name]
    if let array, isBound(array, element) { return .host(array.host(element)) }
    var shape: [Dimension]
    if let given {
      shape = given.enumerated().map { axis, extent in
        let isScaled = extent.fixedValue == nil && given.count == 4 && axis >= 2
        return isScaled ? extent * .fixed(multiple) : extent
      }
    } else if let array {
      shape = array.shape.map(Dimension.fixed)
    } else {
      throw ImportError(.onnx(.rankUnknown(name: input.name)))
    }
    if let array, binding == .extents || binding == .shortFloats,
      array.shape.count == shape.count
    {
      shape = zip(shape, array.shape).map { $0.fixedValue == nil ? .fixed($1) : $0 }
    }
    let id = context.builder.input(input.name, TensorType(.float32, shape))
    return .graph(GraphTensor(id: id, shape: shape, element: element))
  }

  private func isBound(_ array: InputArray, _ element: ONNXElement) -> Bool {
    if array.shape.contains(0) { return true }
    return switch binding {
    case .nothing: false
    case .integers, .extents: !element.isFloat
    case .shortFloats:
      !element.isFloat
        || array.shape.count <= 1 && array.tensor.elements.count <= Self.shortCount
    }
  }
}

extension InputArray {
  fileprivate func host(_ element: ONNXElement) -> HostTensor {
    let elements: HostTensor.Elements =
      element.isFloat
      ? .floats(tensor.elements)
      : .integers((integers ?? tensor.elements.map { Int($0) }).map(element.wrapped))
    return HostTensor(element, shape, elements)
  }
}

extension ONNXExtent {
  fileprivate var name: String? { if case .named(let name) = self { name } else { nil } }
}

/// Names of extents that the text form can write, one for each name of the model.
private struct SymbolNames {
  /// Names of the model by theirs in the graph.
  private var sources: [String: String] = [:]

  /// - Parameter taken: Names that the model gives, which invented ones must not meet.
  init(taken: Set<String>) {
    for name in taken.sorted() { _ = symbol(name) }
  }

  mutating func shape(_ extents: [ONNXExtent]) -> [Dimension] {
    extents.enumerated().map { dimension($1, axis: $0, rank: extents.count) }
  }

  private mutating func dimension(_ extent: ONNXExtent, axis: Int, rank: Int) -> Dimension {
    switch extent {
    case .fixed(let value) where value >= 1: .fixed(value)
    case .named(let name): .symbol(symbol(name))
    case .fixed, .unknown: .symbol(invented(rank == 4 ? ["N", "C", "H", "W"][axis] : "d\(axis)"))
    }
  }

  private mutating func symbol(_ name: String) -> String {
    var plain = String(
      name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
    if plain.first?.isLetter != true { plain = "d" + plain }
    return unique(plain, for: name)
  }

  private mutating func invented(_ stem: String) -> String { unique(stem, for: nil) }

  private mutating func unique(_ stem: String, for name: String?) -> String {
    var candidate = stem
    var suffix = 2
    while let source = sources[candidate], name == nil || source != name {
      candidate = "\(stem)_\(suffix)"
      suffix += 1
    }
    sources[candidate] = name ?? ""
    return candidate
  }
}
