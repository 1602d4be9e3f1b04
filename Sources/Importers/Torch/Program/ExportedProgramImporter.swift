internal import GraphIR
internal import OrderedCollections

/// Builds a graph from the program of a torch.export archive.
struct ExportedProgramImporter: ~Copyable {
  private var context = ImportContext(name: "exported", files: ONNXExternalFiles(folder: nil))
  private var arguments = ExportedArguments()
  private var changes = InPlaceChanges()
  private(set) var budget: ImportBudget
  private let weights: ProgramWeights

  init(_ weights: ProgramWeights, _ budget: ImportBudget) {
    (self.weights, self.budget) = (weights, budget)
    self.budget.beginTry()
  }

  /// The graph with all its outputs.
  mutating func build(_ program: ExportedProgram, _ inputs: ProgramInputs)
    throws(ImportError) -> Graph
  {
    var inputs = inputs
    try inputs.take(try program.userInputs())
    var names = AxisNames()
    for spec in program.inputs { try declare(spec, program, inputs, &names) }
    for (index, node) in program.nodes.enumerated() { try add(node, index) }
    var results: [ATenValue] = []
    for spec in program.outputs {
      let (kind, value) = try spec.union("output_specs")
      guard kind == "user_output" else {
        throw ImportError(.program(.unsupported("an output of the kind \(quoted(kind))")))
      }
      let result = try arguments.argument(try value.member("arg"))
      try changes.check(result)
      results.append(result)
    }
    return try context.finish(results)
  }

  // MARK: - Inputs

  private mutating func declare(
    _ spec: JSONValue, _ program: ExportedProgram, _ inputs: ProgramInputs,
    _ names: inout AxisNames
  ) throws(ImportError) {
    let (kind, value) = try spec.union("input_specs")
    switch kind {
    case "user_input":
      let name = try ExportedProgram.inputName(value)
      let (element, extents) = try program.type(of: name)
      let shape = inputs.shape(name, extents, &names)
      let id = context.builder.input(name, TensorType(.float32, shape))
      try arguments.define(
        name, .tensor(.graph(GraphTensor(id: id, shape: shape, element: element))))
    case "parameter": try declareWeight(value, "parameter_name")
    case "buffer": try declareWeight(value, "buffer_name")
    case "tensor_constant": try declareWeight(value, "tensor_constant_name")
    case "constant_input":
      try arguments.define(
        try value.text("name"), try arguments.argument(try value.member("value")))
    default: throw ImportError(.program(.unsupported("an input of the kind \(quoted(kind))")))
    }
  }

  private mutating func declareWeight(_ value: JSONValue, _ field: String) throws(ImportError) {
    let key = try value.text(field)
    let host = try weights.tensor(key)
    budget.add(host)
    try arguments.define(
      try value.member("arg").text("name"), .tensor(.host(host.compressed)))
  }

  // MARK: - Nodes

  private mutating func add(_ node: JSONValue, _ index: Int) throws(ImportError) {
    let target = try node.text("target")
    var name = "\(index)"
    if case .object(let fields) = node, case .string(let given)? = fields["name"] { name = given }
    context.builder.provenance = Provenance(source: name)
    try within(ImportPlace(node: "\(quoted(name)) (\(quoted(target)))")) {
      () throws(ImportError) in
      do throws(ImportError) { try call(target, node) } catch { throw error.ofProgram }
    }
  }

  private mutating func call(_ target: String, _ node: JSONValue) throws(ImportError) {
    let op = try Self.operation(target)
    let hasNames = target.hasPrefix("torch.ops.")
    var positional: [ATenValue] = []
    var named: [String: ATenValue] = [:]
    var operand: String?
    for (place, input) in try node.array("inputs").enumerated() {
      let argument = try input.member("arg")
      let value = try arguments.argument(argument)
      try changes.check(value)
      if place == 0, case ("as_tensor", let tensor) = try argument.union("arg") {
        operand = try tensor.text("name")
      }
      if hasNames {
        named[try input.text("name")] = value
      } else {
        positional.append(value)
      }
    }
    let outcome = try changes.evaluate(
      op, positional, named, variable: operand.map { InPlaceChanges.Variable(name: $0, frame: 0) },
      &context)
    for value in [outcome.result] + outcome.wholes { try budget.pay(for: value) }
    try budget.count(outcome)
    try arguments.define(try node.array("outputs"), outcome.result)
    // What follows may go on under the old name.
    if ATenMapping.mutates(op), let operand { arguments.values[operand] = outcome.result }
    for change in outcome.changes {
      let name = change.variable.name
      if let value = change.update(arguments.values[name], context) {
        arguments.values[name] = value
      }
    }
  }

  /// The name of an operation without its library and overload.
  private static func operation(_ target: String) throws(ImportError) -> String {
    let parts = target.split(separator: ".").map(String.init)
    if target.hasPrefix("torch.ops.aten."), parts.count >= 4 { return parts[3] }
    if ["_operator", "math", "builtins"].contains(parts.first), parts.count == 2 {
      return parts[1]
    }
    if target.hasPrefix("torch.sym_"), parts.count == 2 { return parts[1] }
    throw ImportError(.program(.unknownOp(target)))
  }
}
