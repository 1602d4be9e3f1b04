internal import Importers

/// An ONNX model of a few operations, whose operands and attributes fit them or do not.
struct ONNXOperationModel {
  private var choices: Choices
  private var graph = ProtoBytes()
  /// What operands may be.
  private var names: [String] = []
  private var constants = 0

  /// The file of the model that the bytes choose.
  static func file(_ bytes: [UInt8]) -> [UInt8] {
    var model = ONNXOperationModel(choices: Choices(bytes))
    return model.file()
  }

  private init(choices: Choices) { self.choices = choices }

  private mutating func file() -> [UInt8] {
    let opset = choices.pick([17, 7, 9, 11, 13, 18, 21, 24])
    var outputs: [String] = []
    for index in 0...choices.number(below: 3) { outputs = addNode(index) }
    graph.text(2, "g")
    for name in outputs { addPort(12, name, []) }
    var file = ProtoBytes()
    file.integer(1, 8)
    file.data(7, graph.bytes)
    file.message(8) { $0.integer(2, opset) }
    return file.bytes
  }

  private mutating func addNode(_ index: Int) -> [String] {
    let operation = choices.pick(onnxOperations)
    let operands = (0..<choices.number(below: 6)).map { _ in operand() }
    let results = (0..<choices.pick([1, 1, 1, 2, 3])).map { "n\(index).\($0)" }
    let attributes = (0..<choices.number(below: 5)).map { _ in choices.pick(ONNXChoice.attributes) }
    var node = ProtoBytes()
    for name in operands { node.text(1, name) }
    for name in results { node.text(2, name) }
    node.text(4, operation)
    for attribute in attributes { attribute.write(to: &node, &choices) }
    graph.data(1, node.bytes)
    names += results
    return results
  }

  // MARK: - Operands

  private mutating func operand() -> String {
    switch choices.number(below: 6) {
    case 0, 1: return names.isEmpty ? addInput() : choices.pick(names)
    case 2: return addInput()
    case 3, 4: return addConstant()
    default: return ""
    }
  }

  private mutating func addInput() -> String {
    let name = "x\(names.count)"
    let shape = (0..<choices.pick([4, 3, 2, 1, 0, 5])).map { _ in
      choices.pick(["2", "1", "3", "4", "h", "w", "0", "8"])
    }
    addPort(11, name, shape, choices.pick([1, 1, 1, 7, 9]))
    names.append(name)
    return name
  }

  private mutating func addPort(
    _ field: Int, _ name: String, _ shape: [String], _ element: Int = 1
  ) {
    graph.message(field) { port in
      port.text(1, name)
      port.message(2) { type in
        type.message(1) { tensor in
          tensor.integer(1, element)
          tensor.message(2) { Self.write(shape, to: &$0) }
        }
      }
    }
  }

  private static func write(_ shape: [String], to message: inout ProtoBytes) {
    for extent in shape {
      message.message(1) { dimension in
        if let number = Int(extent) {
          dimension.integer(1, number)
        } else {
          dimension.text(2, extent)
        }
      }
    }
  }

  private mutating func addConstant() -> String {
    let name = "c\(constants)"
    constants += 1
    let shape = (0..<choices.pick([1, 0, 2, 4, 3])).map { _ in choices.pick([2, 1, 3, 4, 0]) }
    let tensor = ONNXChoice.tensor(name, shape, &choices)
    graph.data(5, tensor.bytes)
    names.append(name)
    return name
  }
}
