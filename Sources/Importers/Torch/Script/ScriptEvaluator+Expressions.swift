internal import GraphIR

extension ScriptEvaluator {
  /// The value of an expression.
  mutating func evaluate(_ expression: ScriptExpression, _ frame: inout ScriptFrame)
    throws(ImportError) -> ATenValue
  {
    try charge()
    switch expression {
    case .integer(let number): return .integer(number)
    case .float(let number): return .float(number)
    case .text(let text): return .text(text)
    case .list(let items), .tuple(let items): return try list(try evaluate(items, &frame))
    case .name(let name):
      // Seen as a whole, the list may have two names from now on.
      frame.growing.remove(name)
      return try look(up: name, frame)
    case .negative(let inner):
      return try call("neg", [try evaluate(inner, &frame)], [:], operand: nil, &frame)
    case .attribute(let base, let name):
      if let path = expression.path, let value = try known(path) { return value }
      return try attribute(name, of: try evaluate(base, &frame))
    case .subscripted(let base, let index):
      return try item(try peek(base, &frame), try evaluate(index, &frame))
    case .call(let function, let positional, let named):
      return try call(function, positional, named, &frame)
    case .dictionary: throw ImportError(.program(.unsupported("a dictionary")))
    }
  }

  private mutating func evaluate(_ items: [ScriptExpression], _ frame: inout ScriptFrame)
    throws(ImportError) -> [ATenValue]
  {
    var values: [ATenValue] = []
    for item in items { values.append(try evaluate(item, &frame)) }
    return values
  }

  /// A value of which only a part is used.
  private mutating func peek(_ expression: ScriptExpression, _ frame: inout ScriptFrame)
    throws(ImportError) -> ATenValue
  {
    guard case .name(let name) = expression else { return try evaluate(expression, &frame) }
    return try look(up: name, frame)
  }

  private func look(up name: String, _ frame: ScriptFrame) throws(ImportError) -> ATenValue {
    switch name {
    case "None": return .none
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "inf": return .float(.infinity)
    default:
      guard let value = frame.values[name] else {
        throw ImportError(.program(.undefined(name)))
      }
      try changes.check(value)
      return value
    }
  }

  /// What a qualified name stands for by itself: a constant or a function.
  private func known(_ path: [String]) throws(ImportError) -> ATenValue? {
    switch path[0] {
    case "CONSTANTS":
      guard path.count == 2, let index = Int(path[1].dropFirst()),
        archive.constants.indices.contains(index)
      else { throw ImportError(.program(.undefined(path.joined(separator: ".")))) }
      return archive.constants[index]
    case "__torch__": return .function(path.joined(separator: "."))
    default: return nil
    }
  }

  private mutating func attribute(_ name: String, of base: ATenValue) throws(ImportError)
    -> ATenValue
  {
    guard case .object(let object) = base else {
      throw ImportError(.program(.unsupported("the attribute \(quoted(name)) of \(base.kind)")))
    }
    guard let value = try archive.attribute(name, of: object) else {
      throw ImportError(.program(.undefined(name)))
    }
    if case .object(let inner) = value, paths[inner] == nil {
      let path = paths[object] ?? ""
      paths[inner] = path.isEmpty ? name : path + "." + name
    }
    return value
  }

  func item(_ list: ATenValue, _ index: ATenValue) throws(ImportError) -> ATenValue {
    guard case .list(let items) = list,
      let place = try index.number?.integers("an index").first
    else { throw ImportError(.program(.unsupported("an item of \(list.kind)"))) }
    let index = place < 0 ? place + items.count : place
    guard items.indices.contains(index) else {
      throw ImportError(.program(.undefined("item \(place) of \(items.count)")))
    }
    return items[index]
  }

  // MARK: - Calls

  private mutating func call(
    _ function: ScriptExpression, _ positional: [ScriptExpression], _ named: [ScriptArgument],
    _ frame: inout ScriptFrame
  ) throws(ImportError) -> ATenValue {
    let path = function.path ?? []
    if let result = try special(path, positional, &frame) { return result }
    var values = try evaluate(positional, &frame)
    var others: [String: ATenValue] = [:]
    for argument in named { others[argument.name] = try evaluate(argument.value, &frame) }
    switch path.first {
    case "torch" where path.count == 2, "ops" where path.count == 3:
      let op = path[path.count - 1]
      if let result = try listOperation(op, values) { return result }
      var operand: String?
      if case .name(let name)? = positional.first { operand = name }
      return try call(op, values, others, operand: operand, &frame)
    case "__torch__":
      return try run(try self.function(path.joined(separator: ".")), values, others)
    default: break
    }
    if case .attribute(let base, let name) = function {
      guard case .object(let object) = try evaluate(base, &frame) else {
        throw ImportError(.program(.unsupported("the method \(quoted(name))")))
      }
      values.insert(.object(object), at: 0)
      return try run(try method(name, of: object), values, others)
    }
    guard case .name(let name) = function else {
      throw ImportError(.program(.unsupported("this call")))
    }
    if case .function(let qualified)? = frame.values[name] {
      return try run(try self.function(qualified), values, others)
    }
    return try plain(name, values, &frame)
  }

  /// Functions of Python.
  private mutating func plain(
    _ name: String, _ values: [ATenValue], _ frame: inout ScriptFrame
  ) throws(ImportError) -> ATenValue {
    switch (name, values.count) {
    case ("int", 1), ("float", 1), ("bool", 1):
      if case .text(let text) = values[0] {
        guard name == "float", let number = Double(text) else {
          throw ImportError(.program(.unsupported("a number from a text")))
        }
        return .float(number)
      }
      let op = ["int": "Int", "float": "Float"][name] ?? "Bool"
      return try call(op, values, [:], operand: nil, &frame)
    case ("range", 1...3): return try range(values)
    default: throw ImportError(.program(.unsupported("the function \(quoted(name))")))
    }
  }

  private func range(_ values: [ATenValue]) throws(ImportError) -> ATenValue {
    var numbers: [Int] = []
    for value in values {
      guard let number = try value.number?.integers("the end of a loop").first else {
        throw ImportError(.program(.unsupported("a loop with such an end")))
      }
      numbers.append(number)
    }
    let (start, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
    let step = numbers.count == 3 ? numbers[2] : 1
    let limit = 1 << 12
    guard step != 0, step.magnitude <= 1 << 32, start.magnitude <= 1 << 32,
      end.magnitude <= 1 << 32, (end - start) / step <= limit
    else { throw ImportError(.program(.tooLarge(what: "a loop", limit: limit))) }
    return .list(stride(from: start, to: end, by: step).map { .integer($0) })
  }
}
