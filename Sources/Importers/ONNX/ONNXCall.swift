internal import GraphIR

/// A node with what its inputs stand for: what a mapping works on.
struct ONNXCall: Sendable {
  let node: ONNXNode
  /// The version of the operator set that the node is of.
  let opset: Int
  /// Nil for optional inputs that are left out.
  let inputs: [ImportValue?]

  /// An input that must be there.
  func input(_ index: Int) throws(ImportError) -> ImportValue {
    guard let value = optional(index) else { throw ImportError(.onnx(.missingInput(index))) }
    return value
  }

  /// An input that may be left out.
  func optional(_ index: Int) -> ImportValue? {
    inputs.indices.contains(index) ? inputs[index] : nil
  }

  /// An input that must be known now.
  func constant(_ index: Int, _ what: String) throws(ImportError) -> HostTensor? {
    guard let value = optional(index) else { return nil }
    guard let host = value.host else { throw ImportError(.onnx(.needsConstant(what: what))) }
    return host
  }

  /// Whether every input that is there is known now.
  var isConstant: Bool { inputs.allSatisfy { $0.map { $0.host != nil } ?? true } }

  /// The inputs, none of which may be left out.
  func allInputs() throws(ImportError) -> [ImportValue] {
    var values: [ImportValue] = []
    for index in inputs.indices { values.append(try input(index)) }
    guard !values.isEmpty else { throw ImportError(.onnx(.missingInput(0))) }
    return values
  }

  // MARK: - Attributes

  func has(_ name: String) -> Bool { node.attributes[name] != nil }

  func integer(_ name: String, default value: Int? = nil) throws(ImportError) -> Int {
    switch node.attributes[name] {
    case .integer(let value)?: return value
    case nil:
      guard let value else { throw ImportError(.onnx(.missingAttribute(name))) }
      return value
    default: throw ImportError(.onnx(.attribute(name: name, expected: "an integer")))
    }
  }

  func flag(_ name: String, default value: Bool = false) throws(ImportError) -> Bool {
    try integer(name, default: value ? 1 : 0) != 0
  }

  func float(_ name: String, default value: Float? = nil) throws(ImportError) -> Float {
    switch node.attributes[name] {
    case .float(let value)?: return value
    case nil:
      guard let value else { throw ImportError(.onnx(.missingAttribute(name))) }
      return value
    default: throw ImportError(.onnx(.attribute(name: name, expected: "a float")))
    }
  }

  func text(_ name: String, default value: String) throws(ImportError) -> String {
    switch node.attributes[name] {
    case .text(let value)?: return value
    case nil: return value
    default: throw ImportError(.onnx(.attribute(name: name, expected: "a string")))
    }
  }

  func integers(_ name: String) throws(ImportError) -> [Int]? {
    switch node.attributes[name] {
    case .integers(let values)?: return values
    case nil: return nil
    default: throw ImportError(.onnx(.attribute(name: name, expected: "a list of integers")))
    }
  }

  func floats(_ name: String) throws(ImportError) -> [Float]? {
    switch node.attributes[name] {
    case .floats(let values)?: return values
    case nil: return nil
    default: throw ImportError(.onnx(.attribute(name: name, expected: "a list of floats")))
    }
  }

  /// An axis of a value, counted from its end where negative.
  func axis(_ name: String, of rank: Int, default value: Int? = nil) throws(ImportError) -> Int {
    try Self.axis(try integer(name, default: value), of: rank)
  }

  /// - Throws: `ONNXFault.invalid` where there is no such axis.
  static func axis(_ axis: Int, of rank: Int) throws(ImportError) -> Int {
    guard -rank..<rank ~= axis else {
      throw ImportError(.onnx(.invalid("the axis \(axis) does not exist in \(rank) axes")))
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Distinct axes of a value, sorted.
  static func axes(_ axes: [Int], of rank: Int) throws(ImportError) -> [Int] {
    var sorted: [Int] = []
    for each in axes { sorted.append(try axis(each, of: rank)) }
    sorted.sort()
    guard Set(sorted).count == sorted.count else {
      throw ImportError(.onnx(.invalid("the axes \(axes.prefix(8)) are not distinct")))
    }
    return sorted
  }

  /// Axes that are an attribute in older operator sets and an input in newer ones.
  func axes(input index: Int, of rank: Int) throws(ImportError) -> [Int]? {
    if let list = try integers("axes") { return try Self.axes(list, of: rank) }
    guard let host = try constant(index, "the list of axes") else { return nil }
    return try Self.axes(try host.integers("the list of axes"), of: rank)
  }

  func invalid(_ problem: String) -> ImportError { ImportError(.onnx(.invalid(problem))) }

  func unsupported(_ problem: String) -> ImportError { ImportError(.onnx(.unsupported(problem))) }
}
