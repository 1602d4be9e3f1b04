internal import GraphIR
internal import OrderedCollections

/// Reads the arguments of the nodes of a torch.export archive.
struct ExportedArguments {
  /// What the names that were defined so far stand for.
  var values: [String: ATenValue] = [:]

  func value(named name: String) throws(ImportError) -> ATenValue {
    guard let value = values[name] else { throw ImportError(.program(.undefined(name))) }
    return value
  }

  /// The argument that a union of the schema says.
  func argument(_ union: JSONValue) throws(ImportError) -> ATenValue {
    let (kind, value) = try union.union("arg")
    switch (kind, value) {
    case ("as_none", _), ("as_device", _), ("as_layout", _), ("as_memory_format", _):
      return .none
    case ("as_tensor", _): return try self.value(named: value.text("name"))
    case ("as_int", .integer(let number)): return .integer(number)
    case ("as_float", _): return .float(try value.double())
    case ("as_bool", .bool(let flag)): return .bool(flag)
    case ("as_string", .string(let text)): return .text(text)
    case ("as_scalar_type", .integer(let number)):
      return .integer(ONNXElement.torchCode(scalarType: number))
    case ("as_sym_int", _), ("as_sym_float", _), ("as_sym_bool", _), ("as_optional_tensor", _):
      return try named(value)
    case ("as_tensors", .array(let items)):
      return try list(items) { item throws(ImportError) in
        try self.value(named: item.text("name"))
      }
    case ("as_ints", .array(let items)), ("as_floats", .array(let items)),
      ("as_bools", .array(let items)):
      return try list(items) { item throws(ImportError) in try number(item) }
    case ("as_sym_ints", .array(let items)), ("as_optional_tensors", .array(let items)),
      ("as_sym_floats", .array(let items)):
      return try list(items) { item throws(ImportError) in try named(item) }
    default:
      throw ImportError(.program(.unsupported("an argument of the kind \(quoted(kind))")))
    }
  }

  /// A number, or a value by its name.
  private func named(_ union: JSONValue) throws(ImportError) -> ATenValue {
    let (kind, value) = try union.union("arg")
    switch (kind, value) {
    case ("as_name", .string(let name)): return try self.value(named: name)
    case ("as_tensor", _): return try self.value(named: value.text("name"))
    case ("as_none", _): return .none
    default: return try number(value)
    }
  }

  private func number(_ value: JSONValue) throws(ImportError) -> ATenValue {
    switch value {
    case .integer(let number): .integer(number)
    case .bool(let flag): .bool(flag)
    default: .float(try value.double())
    }
  }

  private func list(
    _ items: [JSONValue], _ read: (JSONValue) throws(ImportError) -> ATenValue
  ) throws(ImportError) -> ATenValue {
    var values: [ATenValue] = []
    for item in items { values.append(try read(item)) }
    return .list(values)
  }

  // MARK: - Results

  /// Gives the results of a node their names.
  mutating func define(_ outputs: [JSONValue], _ result: ATenValue) throws(ImportError) {
    if outputs.count == 1 { return try define(outputs[0], result) }
    guard case .list(let items) = result, items.count >= outputs.count else {
      if outputs.isEmpty { return }
      throw ImportError(.program(.unsupported("an operation with \(outputs.count) results")))
    }
    for (output, item) in zip(outputs, items) { try define(output, item) }
  }

  private mutating func define(_ output: JSONValue, _ result: ATenValue) throws(ImportError) {
    let (kind, value) = try output.union("outputs")
    switch (kind, value) {
    case ("as_none", _): return
    case ("as_tensor", _): try define(try value.text("name"), result)
    case ("as_sym_int", _), ("as_sym_float", _), ("as_sym_bool", _):
      if case ("as_name", .string(let name)) = try value.union("outputs") {
        try define(name, result)
      }
    case ("as_tensors", .array(let names)):
      guard case .list(let items) = result, items.count == names.count else {
        throw ImportError(.torchExport(.wrongField("outputs")))
      }
      for (name, item) in zip(names, items) { try define(try name.text("name"), item) }
    default:
      throw ImportError(.program(.unsupported("a result of the kind \(quoted(kind))")))
    }
  }

  /// - Throws: `ONNXFault.definedTwice`.
  mutating func define(_ name: String, _ value: ATenValue) throws(ImportError) {
    guard values.updateValue(value, forKey: name) == nil else {
      throw ImportError(.onnx(.definedTwice(name)))
    }
  }
}

extension JSONValue {
  /// A number; those that JSON does not have are written as words.
  fileprivate func double() throws(ImportError) -> Double {
    switch self {
    case .integer(let number): return Double(number)
    case .number(let text), .string(let text):
      if let number = Double(text) { return number }
      throw ImportError(.torchExport(.wrongField("as_float")))
    default: throw ImportError(.torchExport(.wrongField("as_float")))
    }
  }
}
