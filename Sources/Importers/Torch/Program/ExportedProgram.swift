internal import GraphIR
internal import OrderedCollections

/// The program of a torch.export archive: nodes in order, each a call of an operation of PyTorch.
///
/// The format is `ExportedProgram` of `torch/_export/serde/schema.py`.
struct ExportedProgram: Sendable {
  /// More nodes than any network has.
  private static let nodeLimit = 1 << 16

  let nodes: [JSONValue]
  let inputs: [JSONValue]
  let outputs: [JSONValue]
  /// Types of tensors by name.
  private let types: OrderedDictionary<String, JSONValue>

  /// - Throws: `JSONFault`, `TorchExportFault.wrongField`, `ProgramFault.tooLarge`.
  init(_ text: ByteSlice) throws(ImportError) {
    let program = try JSONParser.parse(ByteCursor(text))
    let module = try program.member("graph_module")
    let graph = try module.member("graph")
    nodes = try graph.array("nodes")
    guard nodes.count <= Self.nodeLimit else {
      throw ImportError(.program(.tooLarge(what: "the program", limit: Self.nodeLimit)))
    }
    let signature = try module.member("signature")
    inputs = try signature.array("input_specs")
    outputs = try signature.array("output_specs")
    types = try graph.object("tensor_values")
  }

  /// The inputs that a caller gives, with their extents.
  func userInputs() throws(ImportError) -> [(name: String, shape: [Dimension]?)] {
    var found: [(name: String, shape: [Dimension]?)] = []
    for spec in inputs {
      let (kind, value) = try spec.union("input_specs")
      guard kind == "user_input" else { continue }
      let name = try Self.inputName(value)
      found.append((name, try type(of: name).shape))
    }
    return found
  }

  /// The name of a tensor that a caller gives.
  static func inputName(_ value: JSONValue) throws(ImportError) -> String {
    let (kind, tensor) = try value.member("arg").union("arg")
    guard kind == "as_tensor" else {
      throw ImportError(.program(.unsupported("an input of the kind \(quoted(kind))")))
    }
    return try tensor.text("name")
  }

  /// The type and extents of a tensor.
  func type(of name: String) throws(ImportError) -> (element: ONNXElement, shape: [Dimension]) {
    guard let details = types[name] else {
      throw ImportError(.program(.undefined(name)))
    }
    guard let element = try ONNXElement(scalarType: details.integer("dtype")) else {
      throw ImportError(.torchExport(.unknownType(try details.integer("dtype"))))
    }
    var shape: [Dimension] = []
    for size in try details.array("sizes") {
      switch try size.union("sizes") {
      case ("as_int", .integer(let extent)) where extent >= 1: shape.append(.fixed(extent))
      case ("as_expr", let expression):
        shape.append(try SymbolicExpression.parse(expression.text("expr_str")))
      default: throw ImportError(.torchExport(.wrongField("sizes")))
      }
    }
    return (element, shape)
  }
}

extension ONNXElement {
  /// The type of a number of the export schema, which counts from 1 where PyTorch does from 0.
  init?(scalarType number: Int) {
    self.init(torchCode: ONNXElement.torchCode(scalarType: number))
  }

  static func torchCode(scalarType number: Int) -> Int {
    // Bool and bfloat16 lie apart: quantized types are between them in PyTorch.
    number == 13 ? 15 : number - 1
  }
}
