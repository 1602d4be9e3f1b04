internal import GraphIR

/// A call of an operation of PyTorch, with what its arguments stand for: what a mapping works on.
struct ATenCall: Sendable {
  let op: String
  /// Arguments without a name.
  let positional: [ATenValue]
  /// Arguments by the names of the operation's schema.
  var arguments: [String: ATenValue]

  /// Arguments about memory, devices and kernels, which change no number.
  private static let harmless: Set<String> = [
    "layout", "device", "pin_memory", "memory_format", "non_blocking", "copy", "half_to_float",
    "implicit", "cudnn_enable", "cudnn_enabled", "benchmark", "deterministic", "allow_tf32",
  ]

  /// - Parameter names: The parameters in the order of the schema; none where any will do.
  /// - Throws: `ProgramFault.arguments` where there are more than the operation takes.
  init(
    _ op: String, names: [String], _ positional: [ATenValue], _ named: [String: ATenValue]
  ) throws(ImportError) {
    guard positional.count <= names.count || names.isEmpty else {
      throw ImportError(
        .program(.unsupported("\(quoted(op)) with \(positional.count) arguments")))
    }
    let others = named.filter { name, value in
      !value.isNone && !names.isEmpty && !names.contains(name) && !Self.harmless.contains(name)
    }
    if let name = others.keys.min() {
      throw ImportError(.program(.unsupported("the argument \(quoted(name)) of \(quoted(op))")))
    }
    (self.op, self.positional) = (op, positional)
    arguments = named.merging(zip(names, positional)) { given, _ in given }
  }

  /// An argument; nil where it is left out, or None.
  subscript(name: String) -> ATenValue? {
    arguments[name].flatMap { $0.isNone ? nil : $0 }
  }

  func argument(_ name: String) throws(ImportError) -> ATenValue {
    guard let value = self[name] else { throw ImportError(.program(.missingArgument(name))) }
    return value
  }

  func tensor(_ name: String) throws(ImportError) -> ImportValue {
    guard let tensor = try argument(name).tensor else { throw mismatch(name, "a tensor") }
    return tensor
  }

  func optionalTensor(_ name: String) throws(ImportError) -> ImportValue? {
    self[name] == nil ? nil : try tensor(name)
  }

  func tensors(_ name: String) throws(ImportError) -> [ImportValue] {
    guard case .list(let items) = try argument(name) else {
      throw mismatch(name, "a list of tensors")
    }
    let tensors = items.compactMap(\.tensor)
    guard tensors.count == items.count, !tensors.isEmpty else {
      throw mismatch(name, "a list of tensors")
    }
    return tensors
  }

  // MARK: - Numbers

  /// A whole number that may depend on extents.
  func symbol(_ name: String) throws(ImportError) -> Dimension {
    guard let number = try argument(name).number, !number.element.isFloat else {
      throw mismatch(name, "an integer")
    }
    return try number.extents("the argument \(quoted(name))")[0]
  }

  func integer(_ name: String, default value: Int? = nil) throws(ImportError) -> Int {
    if self[name] == nil, let value { return value }
    guard let number = try symbol(name).fixedValue else {
      throw ImportError(.onnx(.needsConstant(what: "the argument \(quoted(name))")))
    }
    return number
  }

  func float(_ name: String, default value: Float? = nil) throws(ImportError) -> Float {
    if self[name] == nil, let value { return value }
    guard let number = try argument(name).number else { throw mismatch(name, "a number") }
    return try number.floats("the argument \(quoted(name))")[0]
  }

  func flag(_ name: String, default value: Bool = false) throws(ImportError) -> Bool {
    if self[name] == nil { return value }
    return try integer(name) != 0
  }

  func text(_ name: String, default value: String? = nil) throws(ImportError) -> String {
    if self[name] == nil, let value { return value }
    guard case .text(let text) = try argument(name) else { throw mismatch(name, "a string") }
    return text
  }

  /// Whole numbers that may depend on extents; one number stands for a list of it.
  func extents(_ name: String) throws(ImportError) -> [Dimension]? {
    guard let value = self[name] else { return nil }
    guard case .list(let items) = value else { return [try symbol(name)] }
    var extents: [Dimension] = []
    for item in items {
      guard let number = item.number, !number.element.isFloat else {
        throw mismatch(name, "a list of integers")
      }
      extents.append(try number.extents("the argument \(quoted(name))")[0])
    }
    return extents
  }

  func integers(_ name: String) throws(ImportError) -> [Int]? {
    guard let extents = try extents(name) else { return nil }
    let numbers = extents.compactMap(\.fixedValue)
    guard numbers.count == extents.count else {
      throw ImportError(.onnx(.needsConstant(what: "the argument \(quoted(name))")))
    }
    return numbers
  }

  /// One whole number for each of some axes; one alone stands for all.
  func integers(_ name: String, count: Int, default value: Int) throws(ImportError) -> [Int] {
    let list = try integers(name) ?? []
    if list.isEmpty { return [Int](repeating: value, count: count) }
    if list.count == 1 { return [Int](repeating: list[0], count: count) }
    guard list.count == count else { throw mismatch(name, "\(count) integers") }
    return list
  }

  func floats(_ name: String) throws(ImportError) -> [Float]? {
    guard let value = self[name] else { return nil }
    guard case .list(let items) = value else { return [try float(name)] }
    var floats: [Float] = []
    for item in items {
      guard let number = item.number else { throw mismatch(name, "a list of floats") }
      floats.append(try number.floats("the argument \(quoted(name))")[0])
    }
    return floats
  }

  // MARK: - Axes

  /// An axis of a value, counted from its end where negative.
  func axis(_ name: String, of rank: Int, default value: Int? = nil) throws(ImportError) -> Int {
    guard rank > 0 else { throw invalid("its operand has no axes") }
    return try ONNXCall.axis(try integer(name, default: value), of: rank)
  }

  /// Axes, all of them where none are named.
  func axes(_ name: String, of rank: Int) throws(ImportError) -> [Int] {
    guard let list = try integers(name), !list.isEmpty else { return Array(0..<rank) }
    return try ONNXCall.axes(list, of: rank)
  }

  func mismatch(_ name: String, _ expected: String) -> ImportError {
    ImportError(
      .program(.argument(name: name, expected: expected, found: self[name]?.kind ?? "None")))
  }

  /// Sizes that are not known do not fit; they may where they are.
  func sizes(_ problem: String) -> ImportError { ImportError(.onnx(.sizes(problem))) }

  func invalid(_ problem: String) -> ImportError { ImportError(.onnx(.invalid(problem))) }

  func unsupported(_ problem: String) -> ImportError {
    ImportError(.program(.unsupported(problem)))
  }
}
