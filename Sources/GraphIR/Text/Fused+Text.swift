/// The text form of ``Fused``:
///
/// ```
/// fused {
///   acc[2] = conv2d(%x * %s, @wx, {pad: [2, 2, 2, 2], dilation: [2, 2]}) + conv2d(%h, @wh) + @b
///   t0 = sigmoid(acc[0])
///   t1 = mul(t0, %h)
///   yield t1, mean(t0)
/// }
/// ```
extension Fused {
  package func printed(operands: [String]) -> String {
    let layout = OperandLayout(self)
    var lines = ["fused {"]
    if !parts.isEmpty { lines.append("    " + accumulation(operands, layout)) }
    let body = Array(operands[layout.bodyStart...])
    for (index, instruction) in self.body.instructions.enumerated() {
      let arguments =
        instruction.arguments.map { $0.printed(body) }
        + instruction.function.attributes.map { "\($0.name): \($0.value)" }
      let call = "\(instruction.function.mnemonic)(\(arguments.joined(separator: ", ")))"
      lines.append("    t\(index) = \(call)")
    }
    let yields = self.body.yields.map { yield in
      yield.isMean ? "mean(\(yield.argument.printed(body)))" : yield.argument.printed(body)
    }
    lines += ["    yield " + yields.joined(separator: ", "), "  }"]
    return lines.joined(separator: "\n")
  }

  private func accumulation(_ operands: [String], _ layout: OperandLayout) -> String {
    var terms = zip(parts, layout.parts).map { part, place in
      let scale = place.scale.map { " * \(operands[$0])" } ?? ""
      let window = part.window.attributes
      let tail = window.isEmpty ? "" : ", \(window.printed)"
      return "conv2d(\(operands[place.input])\(scale), \(operands[place.weight])\(tail))"
    }
    if let bias = layout.bias { terms.append(operands[bias]) }
    return "acc[\(accumulators)] = " + terms.joined(separator: " + ")
  }

  package static func parse(_ mnemonic: String, from parser: inout Parser) throws(GraphError) -> (
    op: Op, operands: [ValueID]
  ) {
    try parser.expect("{")
    var reader = FusedReader()
    if parser.take(word: "acc") { try reader.readAccumulation(&parser) }
    while !parser.take(word: "yield") { try reader.readInstruction(&parser) }
    repeat { try reader.readYield(&parser) } while parser.take(",")
    try parser.expect("}")
    return (.fused(reader.fused), reader.operands + reader.bodyOperands)
  }
}

extension PointwiseProgram.Argument {
  fileprivate func printed(_ operands: [String]) -> String {
    switch self {
    case .accumulator(let index): "acc[\(index)]"
    case .operand(let index): operands[index]
    case .instruction(let index): "t\(index)"
    case .constant(let value): value.description
    }
  }
}

/// What has been read of one `fused { … }`.
private struct FusedReader {
  var fused = Fused(
    parts: [], accumulators: 0, hasBias: false, body: PointwiseProgram(yields: []))
  var operands: [ValueID] = []
  var bodyOperands: [ValueID] = []
  private var instructions: [String: Int] = [:]

  mutating func readAccumulation(_ parser: inout Parser) throws(GraphError) {
    try parser.expect("[")
    fused.accumulators = try parser.expectInteger()
    try parser.expect("]")
    try parser.expect("=")
    repeat {
      if parser.take(word: "conv2d") {
        guard !fused.hasBias else { throw parser.error("the bias comes last") }
        try readPart(&parser)
      } else {
        guard !fused.hasBias else { throw parser.error("there is one bias") }
        operands.append(try parser.parseOperand())
        fused.hasBias = true
      }
    } while parser.take("+")
  }

  private mutating func readPart(_ parser: inout Parser) throws(GraphError) {
    try parser.expect("(")
    let input = try parser.parseOperand()
    let scale = parser.take("*") ? try parser.parseOperand() : nil
    try parser.expect(",")
    operands += [input, try parser.parseOperand()] + (scale.map { [$0] } ?? [])
    var attributes = AttributeReader(parser.take(",") ? try parser.parseAttributes() : [])
    fused.parts.append(Fused.Part(window: try Window(&attributes), isScaled: scale != nil))
    try attributes.finish()
    try parser.expect(")")
  }

  mutating func readInstruction(_ parser: inout Parser) throws(GraphError) {
    let start = parser.place
    let name = try parser.expectWord("an instruction")
    try parser.expect("=")
    let mnemonic = try parser.expectWord("a function")
    try parser.expect("(")
    var arguments: [PointwiseProgram.Argument] = []
    var attributes: [Attribute] = []
    repeat {
      if let name = parser.takeAttributeName() {
        attributes.append(Attribute(name, .number(try parser.expectNumber())))
      } else {
        arguments.append(try readArgument(&parser))
      }
    } while parser.take(",")
    try parser.expect(")")
    var reader = AttributeReader(attributes)
    let function = try PointwiseFunction(mnemonic, &reader)
    try reader.finish()
    guard instructions.updateValue(fused.body.instructions.count, forKey: name) == nil else {
      throw parser.error("\(name) is defined twice", at: start)
    }
    fused.body.instructions.append(.init(function, arguments))
  }

  mutating func readYield(_ parser: inout Parser) throws(GraphError) {
    let isMean = parser.take(word: "mean")
    if isMean { try parser.expect("(") }
    fused.body.yields.append(.init(try readArgument(&parser), isMean: isMean))
    if isMean { try parser.expect(")") }
  }

  private mutating func readArgument(_ parser: inout Parser) throws(GraphError)
    -> PointwiseProgram.Argument
  {
    switch parser.current {
    case .value, .weight:
      let value = try parser.parseOperand()
      if let index = bodyOperands.firstIndex(of: value) { return .operand(index) }
      bodyOperands.append(value)
      return .operand(bodyOperands.count - 1)
    case .integer, .number:
      return .constant(try parser.expectNumber())
    default: break
    }
    if parser.take(word: "acc") {
      try parser.expect("[")
      let index = try parser.expectInteger()
      try parser.expect("]")
      return .accumulator(index)
    }
    let start = parser.place
    let name = try parser.expectWord("a number, a value or an instruction")
    if let index = instructions[name] { return .instruction(index) }
    if let value = Float(name) { return .constant(value) }
    throw parser.error("\(name) is not defined", at: start)
  }
}
