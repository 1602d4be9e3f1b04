internal import GraphIR

extension ONNXWriter {
  /// Writes a pointwise function; ONNX has most of them.
  mutating func write(_ op: Pointwise, _ node: Node) {
    let inputs = operands(node)
    let output = name(of: node.result)
    switch op.function {
    case .leakyReLU(let slope): put(node, "LeakyRelu", [("alpha", .float(slope))])
    case .elu(let alpha): put(node, "Elu", [("alpha", .float(alpha))])
    case .hardSigmoid(let alpha, let beta):
      put(node, "HardSigmoid", [("alpha", .float(alpha)), ("beta", .float(beta))])
    case .less: toFloat(self.node("Less", inputs), output)
    case .lessOrEqual: toFloat(self.node("LessOrEqual", inputs), output)
    case .equal: toFloat(self.node("Equal", inputs), output)
    case .select:
      let mask = self.node("Cast", [inputs[0]], [("to", .integer(9))])
      self.node("Where", [mask, inputs[1], inputs[2]], output: output)
    case .modulo:
      // a − ⌊a / b⌋ · b
      let floor = self.node("Floor", [self.node("Div", inputs)])
      self.node("Sub", [inputs[0], self.node("Mul", [floor, inputs[1]])], output: output)
    case .remainder: put(node, "Mod", [("fmod", .integer(1))])
    default: put(node, Self.names[op.function.mnemonic] ?? "Identity")
    }
  }

  /// What ONNX calls functions without attributes.
  private static let names = [
    "add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "pow": "Pow", "min": "Min",
    "max": "Max", "sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu", "neg": "Neg",
    "abs": "Abs", "sign": "Sign", "reciprocal": "Reciprocal", "sqrt": "Sqrt", "exp": "Exp",
    "log": "Log", "erf": "Erf", "sin": "Sin", "cos": "Cos", "floor": "Floor", "ceil": "Ceil",
    "round": "Round", "softplus": "Softplus",
  ]
}
