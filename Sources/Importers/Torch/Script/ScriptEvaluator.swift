internal import GraphIR

/// Builds a graph from the program of a TorchScript archive, by partial evaluation: sizes, modes and
/// the like are computed now, calls of PyTorch's operations become operations of the graph.
///
/// Nothing is called but the mappings of this module; a name that none of them has is refused.
struct ScriptEvaluator: ~Copyable {
  /// Calls in each other.
  private static let depthLimit = 64
  /// Items of a list, with those of the lists in it.
  static let listLimit = 1 << 10
  /// Lists in each other.
  private static let listDepthLimit = 8

  let archive: ScriptArchive
  var context = ImportContext(name: "script", files: ONNXExternalFiles(folder: nil))
  var changes = InPlaceChanges()
  private(set) var budget: ImportBudget
  private var modules: [String: ScriptModule] = [:]
  /// The names under which objects were reached first.
  var paths: [PickleReference: String] = [:]
  private var depth = 0
  private var frames = 0

  init(_ archive: ScriptArchive, _ budget: ImportBudget) {
    (self.archive, self.budget) = (archive, budget)
    self.budget.beginTry()
    paths[archive.root] = ""
  }

  /// The graph with all its outputs.
  mutating func build(_ inputs: ProgramInputs) throws(ImportError) -> Graph {
    let forward = try method("forward", of: archive.root)
    var inputs = inputs
    let parameters = forward.parameters.dropFirst()
    try inputs.take(parameters.filter { $0.value == nil }.map { ($0.name, nil) })
    var arguments: [ATenValue] = [.object(archive.root)]
    for parameter in parameters {
      arguments.append(try declare(parameter, inputs))
    }
    let result = try run(forward, arguments, [:])
    try changes.check(result)
    return try context.finish([result])
  }

  /// An input for a tensor; what has a value by itself keeps it.
  private mutating func declare(_ parameter: ScriptFunction.Parameter, _ inputs: ProgramInputs)
    throws(ImportError) -> ATenValue
  {
    if let value = parameter.value {
      var frame = ScriptFrame(path: "")
      return try evaluate(value, &frame)
    }
    guard parameter.type == nil || parameter.type?.path == ["Tensor"] else {
      throw ImportError(
        .program(.unsupported("the input \(quoted(parameter.name)), which is no tensor,")))
    }
    let shape = inputs.assumedShape(of: parameter.name)
    let id = context.builder.input(parameter.name, TensorType(.float32, shape))
    return .tensor(.graph(GraphTensor(id: id, shape: shape, element: .float32)))
  }

  // MARK: - Functions

  mutating func method(_ name: String, of object: PickleReference) throws(ImportError)
    -> ScriptFunction
  {
    guard let type = archive.className(of: object), let dot = type.lastIndex(of: ".") else {
      throw ImportError(.program(.unsupported("an object without a class")))
    }
    let module = try module(String(type[..<dot]))
    guard let methods = module.classes[String(type[type.index(after: dot)...])],
      let method = methods[name]
    else { throw ImportError(.program(.undefined(type + "." + name))) }
    return method
  }

  mutating func function(_ qualifiedName: String) throws(ImportError) -> ScriptFunction {
    guard let dot = qualifiedName.lastIndex(of: "."),
      let function = try module(String(qualifiedName[..<dot]))
        .functions[String(qualifiedName[qualifiedName.index(after: dot)...])]
    else { throw ImportError(.program(.undefined(qualifiedName))) }
    return function
  }

  private mutating func module(_ name: String) throws(ImportError) -> ScriptModule {
    if let known = modules[name] { return known }
    let module = try archive.module(name)
    modules[name] = module
    return module
  }

  /// Calls a function of the program.
  mutating func run(
    _ function: ScriptFunction, _ positional: [ATenValue], _ named: [String: ATenValue]
  ) throws(ImportError) -> ATenValue {
    guard depth < Self.depthLimit else {
      throw ImportError(.program(.tooLarge(what: "the depth of calls", limit: Self.depthLimit)))
    }
    depth += 1
    defer { depth -= 1 }
    frames += 1
    var frame = ScriptFrame(path: "")
    frame.number = frames
    if case .object(let object)? = positional.first { frame.path = paths[object] ?? "" }
    guard positional.count <= function.parameters.count else {
      throw ImportError(.program(.undefined("\(function.name) with so many arguments")))
    }
    for (index, parameter) in function.parameters.enumerated() {
      if index < positional.count {
        frame.values[parameter.name] = positional[index]
      } else if let value = named[parameter.name] {
        frame.values[parameter.name] = value
      } else if let value = parameter.value {
        frame.values[parameter.name] = try evaluate(value, &frame)
      } else {
        throw ImportError(.program(.missingArgument(parameter.name)))
      }
    }
    let name = (frame.path.isEmpty ? "" : frame.path + ".") + function.name
    return try within(ImportPlace(node: quoted(name))) { () throws(ImportError) in
      try run(function.body, &frame) ?? .none
    }
  }

  // MARK: - Statements

  mutating func charge(_ count: Int = 1) throws(ImportError) {
    guard budget.takeSteps(count) else {
      throw ImportError(
        .program(.tooLarge(what: "the run of the program", limit: budget.stepLimit)))
    }
  }

  /// A list of values, which may be lists: one that a loop has put into itself again and again
  /// would be large without end.
  mutating func list(_ items: [ATenValue]) throws(ImportError) -> ATenValue {
    let list = ATenValue.list(items)
    guard let count = list.itemCount(depth: Self.listDepthLimit), count <= Self.listLimit else {
      throw ImportError(.program(.tooLarge(what: "a list", limit: Self.listLimit)))
    }
    try charge(count)
    return list
  }

  /// Runs statements; what they return, or nil where they come to their end.
  private mutating func run(_ body: [ScriptStatement], _ frame: inout ScriptFrame)
    throws(ImportError) -> ATenValue?
  {
    for statement in body {
      try charge()
      if let result = try run(statement, &frame) { return result }
    }
    return nil
  }

  private mutating func run(_ statement: ScriptStatement, _ frame: inout ScriptFrame)
    throws(ImportError) -> ATenValue?
  {
    switch statement {
    case .pass: return nil
    case .expression(let expression):
      // A declaration gives a name no value.
      if case .name = expression { return nil }
      _ = try evaluate(expression, &frame)
      return nil
    case .assign(let names, let isTuple, let expression):
      try assign(try evaluate(expression, &frame), to: names, isTuple, &frame)
      if !isTuple, expression.isNewList { frame.growing.insert(names[0]) }
      return nil
    case .condition(let test, let first, let second):
      return try run(try holds(test, &frame) ? first : second, &frame)
    case .iteration(let name, let items, let body):
      return try iterate(name, try evaluate(items, &frame), body, &frame)
    case .loop(let test, let body):
      while try holds(test, &frame) {
        try charge()
        if let result = try run(body, &frame) { return result }
      }
      return nil
    case .result(let expression):
      return try expression.map { expression throws(ImportError) in
        try evaluate(expression, &frame)
      } ?? ATenValue.none
    case .other(let word):
      throw ImportError(.program(.unsupported("the statement \(quoted(word))")))
    }
  }

  private mutating func iterate(
    _ name: String, _ items: ATenValue, _ body: [ScriptStatement], _ frame: inout ScriptFrame
  ) throws(ImportError) -> ATenValue? {
    guard case .list(let values) = items else {
      throw ImportError(.program(.unsupported("a loop over \(items.kind)")))
    }
    for value in values {
      try charge()
      frame.values[name] = value
      if let result = try run(body, &frame) { return result }
    }
    return nil
  }

  private func assign(
    _ value: ATenValue, to names: [String], _ isTuple: Bool, _ frame: inout ScriptFrame
  ) throws(ImportError) {
    guard isTuple else {
      frame.set(names[0], value)
      return
    }
    guard case .list(let items) = value, items.count == names.count else {
      throw ImportError(
        .program(.unsupported("\(value.kind) in place of \(names.count) values")))
    }
    for (name, item) in zip(names, items) { frame.set(name, item) }
  }

  private mutating func holds(_ test: ScriptExpression, _ frame: inout ScriptFrame)
    throws(ImportError) -> Bool
  {
    guard let number = try evaluate(test, &frame).number else {
      throw ImportError(.program(.unsupported("a condition that depends on the image")))
    }
    do throws(ImportError) {
      return try number.integers("a condition of the program").first != 0
    } catch {
      throw error.ofProgram
    }
  }

  // MARK: - Operations

  /// Calls an operation of PyTorch.
  ///
  /// - Parameter operand: The name of the first argument, where it has one.
  mutating func call(
    _ op: String, _ positional: [ATenValue], _ named: [String: ATenValue], operand: String?,
    _ frame: inout ScriptFrame
  ) throws(ImportError) -> ATenValue {
    let source = (frame.path.isEmpty ? "" : frame.path + ".") + op
    context.builder.provenance = Provenance(
      source: source, layer: frame.path.isEmpty ? nil : frame.path)
    return try within(ImportPlace(node: "\(quoted(source)) (\(quoted("aten::" + op)))")) {
      () throws(ImportError) in
      let variable = operand.map { InPlaceChanges.Variable(name: $0, frame: frame.number) }
      let outcome: InPlaceChanges.Outcome
      do throws(ImportError) {
        outcome = try changes.evaluate(op, positional, named, variable: variable, &context)
        for value in [outcome.result] + outcome.wholes { try budget.pay(for: value) }
      } catch {
        throw error.ofProgram
      }
      try budget.count(outcome)
      if ATenMapping.mutates(op), let operand { frame.set(operand, outcome.result) }
      for change in outcome.changes where change.variable.frame == frame.number {
        let name = change.variable.name
        if let value = change.update(frame.values[name], context) { frame.set(name, value) }
      }
      return outcome.result
    }
  }
}

/// The names of one call of a function.
struct ScriptFrame {
  /// No other call has it.
  var number = 0
  /// The name of the module that the function belongs to.
  var path: String
  var values: [String: ATenValue] = [:]
  /// Lists that no other name has seen, so that they can grow.
  var growing: Set<String> = []

  init(path: String) { self.path = path }

  mutating func set(_ name: String, _ value: ATenValue) {
    values[name] = value
    growing.remove(name)
  }
}

extension ATenValue {
  /// Items of the list and of those in it, or nil where there are too many lists in each other.
  fileprivate func itemCount(depth: Int) -> Int? {
    guard case .list(let items) = self else { return 1 }
    if depth == 0 { return nil }
    var count = 1
    for item in items {
      guard count <= ScriptEvaluator.listLimit, let inner = item.itemCount(depth: depth - 1) else {
        return nil
      }
      count += inner
    }
    return count
  }
}

extension ScriptExpression {
  /// Whether the value is a list that was made here.
  fileprivate var isNewList: Bool {
    switch self {
    case .list: true
    case .call(let function, let arguments, _):
      function.path == ["annotate"] && arguments.last?.isNewList == true
        || function.path == ["torch", "list"]
    default: false
    }
  }
}
