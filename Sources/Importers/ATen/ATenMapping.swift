internal import GraphIR

/// How an operation of PyTorch becomes part of a graph.
///
/// Most are said in operations of ONNX, whose mappings have the wiring.
struct ATenMapping: Sendable {
  typealias Function = @Sendable (ATenCall, inout ImportContext) throws(ImportError) -> ATenValue

  /// Names without the overload.
  let ops: [String]
  /// The parameters in the order of the schema.
  let parameters: [String]
  let map: Function

  /// - Parameters:
  ///   - ops: Names, with blanks between them.
  ///   - parameters: Names, with blanks between them.
  init(_ ops: String, _ parameters: String, _ map: @escaping Function) {
    self.ops = ops.split(separator: " ").map(String.init)
    self.parameters = parameters.split(separator: " ").map(String.init)
    self.map = map
  }

  /// A mapping whose result is one tensor.
  static func tensor(
    _ ops: String, _ parameters: String,
    _ map: @escaping @Sendable (ATenCall, inout ImportContext) throws(ImportError) -> ImportValue
  ) -> ATenMapping {
    ATenMapping(ops, parameters) { call, context throws(ImportError) in
      .tensor(try map(call, &context))
    }
  }

  /// Every theme; a new one is one line.
  static let themes: [(title: String, mappings: [ATenMapping])] = [
    ("Convolution", convolution), ("Pooling", pooling + adaptivePooling),
    ("Normalization", normalization),
    ("Activation", activation), ("Elementwise", elementwise), ("Comparison", comparison),
    ("Reduction", reduction), ("Linear algebra", linear), ("Shape", shape),
    ("Movement", movement), ("Coordinates", coordinates), ("Windows", columns),
    ("Padding and slices", slicing),
    ("Resize", resize), ("Frequencies", fourier), ("Constants", constants),
    ("Numbers and sizes", numbers),
  ]

  /// Mappings by operation.
  static let table: [String: ATenMapping] = Dictionary(
    themes.flatMap(\.mappings).flatMap { mapping in mapping.ops.map { ($0, mapping) } },
    uniquingKeysWith: { first, _ in first })

  /// Whether an operation changes its operand, as those do whose name ends with `_`.
  static func mutates(_ op: String) -> Bool {
    op.hasSuffix("_") && !op.hasSuffix("__") && !["detach_", "requires_grad_"].contains(op)
  }

  /// The result of a call; an operation that works in place gives what the other one does.
  ///
  /// - Throws: `ProgramFault.unknownOp`, and what the mapping throws.
  static func evaluate(
    _ op: String, _ positional: [ATenValue], _ named: [String: ATenValue],
    _ context: inout ImportContext
  ) throws(ImportError) -> ATenValue {
    let stem = op.hasSuffix("_") ? String(op.dropLast()) : op
    guard let mapping = table[op] ?? table[stem] else {
      throw ImportError(.program(.unknownOp("aten::" + op)))
    }
    do throws(ImportError) {
      let call = try ATenCall(op, names: mapping.parameters, positional, named)
      let result = try mapping.result(of: call, &context)
      // A tensor keeps its type where it is changed in place.
      if table[op] == nil, case .tensor(let own)? = positional.first ?? named["self"],
        case .tensor(let changed) = result
      {
        return .tensor(try context.cast(changed, to: own.element))
      }
      return result
    } catch {
      throw error.ofProgram
    }
  }
}

extension ImportContext {
  /// The operator set that calls are said in.
  private static let opset = 24

  /// The first output of an operation of ONNX.
  mutating func standard(
    _ op: String, _ inputs: [ImportValue?], _ attributes: [String: ONNXAttribute] = [:]
  ) throws(ImportError) -> ImportValue {
    try standard(standardCall(op, inputs, attributes))
  }

  /// The first output of a call.
  mutating func standard(_ call: ONNXCall) throws(ImportError) -> ImportValue {
    try ONNXMapping.of(call.node, opset: call.opset).map(call, &self)[0]
  }

  /// A call of an operation of ONNX.
  func standardCall(
    _ op: String, _ inputs: [ImportValue?], _ attributes: [String: ONNXAttribute] = [:]
  ) -> ONNXCall {
    let node = ONNXNode(
      name: "", op: op, domain: "", overload: "", inputs: [], outputs: [""],
      attributes: attributes)
    return ONNXCall(node: node, opset: Self.opset, inputs: inputs)
  }
}

extension ONNXAttribute {
  static func flag(_ value: Bool) -> ONNXAttribute { .integer(value ? 1 : 0) }
}

/// The operations of PyTorch that are imported, with the names of their parameters.
package let torchOperations: [(name: String, parameters: [String])] =
  ATenMapping.table.keys.sorted().map { ($0, ATenMapping.table[$0]?.parameters ?? []) }

/// The operations of PyTorch that are imported, as a page in Markdown.
package var torchOperationTable: String {
  var lines = [
    "# PyTorch's operations", "",
    "Written by `rescanc torch-ops`; a test compares it with the code. They are taken from programs "
      + "of torch.export and TorchScript, in every form of the same name; those that work in place "
      + "end with `_` there.", "",
  ]
  for (title, mappings) in ATenMapping.themes {
    let names = mappings.flatMap(\.ops).map { "`\($0)`" }
    lines += ["## \(title)", "", names.joined(separator: ", "), ""]
  }
  return lines.joined(separator: "\n")
}
