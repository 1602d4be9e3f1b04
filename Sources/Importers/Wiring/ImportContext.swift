internal import GraphIR

/// The graph that is being built, and what mappings build it with.
///
/// It cannot be copied, nor can what holds it: with a second reference to the graph, every operation
/// that is added would copy all those before.
struct ImportContext: ~Copyable {
  var builder: GraphBuilder
  /// Reshapes that became operations, by operand and shape.
  private var reshapes: [GraphTensor: ValueID] = [:]
  /// Constants that have no name of their own, which exist once for each name that they got.
  private var constants: [ConstantKey: ValueID] = [:]
  private var constantCounts: [String: Int] = [:]
  /// Extents that are computed with.
  var extents = ExtentValues()
  /// Rows of all tensors that something was written to, each of which has a table of them.
  var scatteredRows = 0
  /// Elements of tables that are made for windows, masks and grids.
  private var tableElements = 0
  /// Numbers that grow evenly, by the value that holds them.
  var ramps: [ValueID: Ramp] = [:]
  /// Indices that do, one for each axis of a tensor, by the value that holds them in its last axis.
  var grids: [ValueID: [Ramp]] = [:]
  /// What was put together of tensors whose elements it has in turn.
  var interleavings: [GraphTensor: Interleaving] = [:]
  /// Matrices of transforms.
  var fourierMatrices: [FourierMatrix: ValueID] = [:]
  /// Indices of maxima that count in the whole tensor, by their values.
  var planePlaces: [ValueID: PlanePlaces] = [:]
  /// Where elements beside the model are.
  var files: ONNXExternalFiles

  init(name: String, files: ONNXExternalFiles) {
    builder = GraphBuilder(name: name)
    self.files = files
  }

  /// Counts elements of a table: a small file may ask for large ones again and again.
  ///
  /// - Throws: `ONNXFault.tooLarge`.
  mutating func takeTable(_ elements: Int) throws(ImportError) {
    let (total, overflows) = tableElements.addingReportingOverflow(elements)
    guard !overflows, total <= 1 << 22 else { throw ImportError(.onnx(.tooLarge(elements: nil))) }
    tableElements = total
  }

  // MARK: - Operations

  /// Adds an operation of one result.
  ///
  /// - Throws: `ONNXFault.invalid` where operands of known shapes do not fit, `.unsupported` where
  ///   they are not known to.
  mutating func apply(_ op: Op, _ operands: [ValueID]) throws(ImportError) -> ValueID {
    try results(of: op, operands)[0]
  }

  /// Adds an operation of several results.
  mutating func results(of op: Op, _ operands: [ValueID]) throws(ImportError) -> [ValueID] {
    do throws(GraphError) {
      let results = try builder.results(of: op, operands)
      for result in results { try checkSize(of: type(result)) }
      return results
    } catch {
      let isFixed = operands.allSatisfy { type($0).fixedShape != nil }
      throw ImportError(
        .onnx(
          isFixed
            ? .invalid("its operands do not fit: \(error)")
            : .sizes("sizes that are not known do not fit: \(error)")))
    }
  }

  /// Sizes that no machine holds are no sizes.
  private func checkSize(of type: TensorType) throws(GraphError) {
    let limit = 1 << 40
    let extents = type.shape.compactMap(\.fixedValue)
    guard (GraphIR.elementCount(of: extents) ?? .max) <= limit else {
      throw .type("\(type) is too large")
    }
  }

  /// Adds a pointwise function.
  mutating func apply(_ function: PointwiseFunction, _ operands: ValueID...)
    throws(ImportError) -> ValueID
  {
    try apply(.pointwise(Pointwise(function)), operands)
  }

  func type(_ id: ValueID) -> TensorType { builder.graph.type(of: id) }

  mutating func scalar(_ number: Float) -> ValueID { builder.scalar(number) }

  /// A result that the model sees as the graph does.
  mutating func value(_ id: ValueID, _ element: ONNXElement = .float32) -> ImportValue {
    .graph(GraphTensor(id: id, shape: type(id).shape, element: element))
  }

  // MARK: - Values

  /// The value in the graph, in the shape that the model sees.
  mutating func id(_ value: ImportValue) throws(ImportError) -> ValueID {
    switch value {
    case .host(let tensor): return try id(tensor)
    case .graph(let tensor): return try id(tensor)
    case .joined(let parts, let axis):
      var operands: [ValueID] = []
      for part in parts { operands.append(try id(part)) }
      return try apply(.concat(Concat(axis: axis)), operands)
    }
  }

  private mutating func id(_ tensor: GraphTensor) throws(ImportError) -> ValueID {
    if type(tensor.id).shape == tensor.shape { return tensor.id }
    if let known = reshapes[tensor] { return known }
    let id = try apply(.reshape(Reshape(tensor.shape)), [tensor.id])
    reshapes[tensor] = id
    return id
  }

  /// A constant of the graph, or what computes it from extents.
  ///
  /// - Throws: `ONNXFault.tooLarge` where many numbers depend on extents, `.unsupported` for whole
  ///   numbers that float32 does not hold.
  mutating func id(_ tensor: HostTensor) throws(ImportError) -> ValueID {
    guard !tensor.shape.contains(0) else {
      throw ImportError(.onnx(.unsupported("a tensor without elements")))
    }
    if case .fill(let number) = tensor.elements, tensor.shape.count > 0 {
      let scalar = scalar(Float(number))
      return try apply(.expand(Expand(tensor.shape)), [scalar])
    }
    if case .symbols(let numbers) = tensor.elements { return try id(numbers, tensor.shape) }
    let shape = try tensor.checkedShape()
    if case .integers(let numbers) = tensor.elements,
      numbers.contains(where: { Int(exactly: Float($0)) != $0 })
    {
      throw ImportError(.onnx(.unsupported("a whole number beyond 2^24, which is computed with,")))
    }
    let elements = try tensor.floats("a constant")
    if shape.isEmpty, let number = elements.first { return scalar(number) }
    return weight(
      Tensor(shape: shape, elements: elements, sourceType: tensor.element.type),
      named: tensor.name)
  }

  /// A constant under the name that the model gives, or that of the node that needs it.
  mutating func weight(_ tensor: Tensor, named name: String?) -> ValueID {
    if let name { return builder.derivedWeight(name, tensor) }
    let stem = (builder.provenance.source ?? "node") + ".constant"
    let key = ConstantKey(stem: stem, digest: tensor.digest)
    if let known = constants[key], builder.graph.tensor(of: known) == tensor { return known }
    // One node may have many constants, for which no search is done.
    let count = constantCounts[stem, default: 0] + 1
    constantCounts[stem] = count
    let id = builder.derivedWeight(count == 1 ? stem : "\(stem).\(count)", tensor)
    constants[key] = id
    return id
  }

  /// The value with leading extents of 1, up to a rank.
  func aligned(_ value: ImportValue, rank: Int) -> ImportValue {
    guard value.rank < rank else { return value }
    let shape = [Dimension](repeating: 1, count: rank - value.rank) + value.shape
    return reshaped(value, shape)
  }

  /// The value under another shape of as many elements.
  func reshaped(_ value: ImportValue, _ shape: [Dimension]) -> ImportValue {
    switch value {
    case .host(let tensor): return .host(tensor.reshaped(shape))
    case .graph(var tensor):
      tensor.shape = shape
      return .graph(tensor)
    case .joined: return value
    }
  }

  /// The value in a form that can be reshaped for nothing.
  mutating func simple(_ value: ImportValue) throws(ImportError) -> ImportValue {
    guard case .joined = value else { return value }
    return self.value(try id(value), value.element)
  }

  /// A tensor of the same elements that is another one for the program.
  mutating func copied(_ tensor: ImportValue) throws(ImportError) -> ImportValue {
    switch tensor {
    case .host(var host):
      host.memory = nil
      return .host(host)
    case .graph(var graph):
      let known = interleavings[graph]
      graph.id = try apply(.reshape(Reshape(type(graph.id).shape)), [graph.id])
      interleavings[graph] = known
      return .graph(graph)
    case .joined: return try simple(tensor)
    }
  }

  /// The common shape of values that are broadcast.
  func broadcast(_ values: [ImportValue]) throws(ImportError) -> [Dimension] {
    var result: [Dimension] = []
    for value in values {
      let rank = max(result.count, value.rank)
      let a = [Dimension](repeating: 1, count: rank - result.count) + result
      let b = [Dimension](repeating: 1, count: rank - value.rank) + value.shape
      result = []
      for (x, y) in zip(a, b) {
        guard x == y || x == 1 || y == 1 else {
          throw .misfit("extents \(x) and \(y) cannot be broadcast", [x, y])
        }
        result.append(x == 1 ? y : x)
      }
    }
    return result
  }
}

extension ImportError {
  /// Extents that do not fit each other, or may not where some are free.
  static func misfit(_ problem: String, _ extents: [Dimension]) -> ImportError {
    let isFixed = extents.allSatisfy { $0.fixedValue != nil }
    return ImportError(.onnx(isFixed ? .invalid(problem) : .sizes(problem)))
  }
}

/// Constants that are equal have equal keys.
private struct ConstantKey: Hashable {
  let stem: String
  let digest: UInt64
}

extension Tensor {
  /// A number that is the same for equal elements: the hash FNV-1a, of whole elements.
  fileprivate var digest: UInt64 {
    elements.reduce(0xcbf2_9ce4_8422_2325) { digest, element in
      (digest ^ UInt64(element.bitPattern)) &* 0x100_0000_01b3
    }
  }
}
