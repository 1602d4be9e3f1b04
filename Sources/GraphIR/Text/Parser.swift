import OrderedCollections

/// Reads the text form of a graph; the grammar is in `docs/graph-text.md`.
package struct Parser {
  private var tokens: [Token]
  private var position = 0
  private(set) var graph = Graph(name: "")
  private var values: [String: ValueID] = [:]

  /// Parses and verifies a graph.
  ///
  /// - Throws: `GraphError` with the line and column of what is wrong.
  package static func parse(_ text: String) throws(GraphError) -> Graph {
    var lexer = Lexer(text)
    var parser = Parser(tokens: try lexer.tokens())
    let graph = try parser.parseDocument()
    try graph.verify()
    return graph
  }

  private init(tokens: [Token]) { self.tokens = tokens }
}

// MARK: - Tokens

extension Parser {
  var current: Token.Kind { tokens[position].kind }

  /// The place of the current token, for errors.
  var place: String { "\(tokens[position].line):\(tokens[position].column)" }

  func error(_ message: String, at place: String? = nil) -> GraphError {
    GraphError(.syntax(message), at: place ?? self.place)
  }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  /// Takes the given punctuation if it comes next.
  mutating func take(_ punctuation: String) -> Bool {
    guard current == .punctuation(punctuation) else { return false }
    advance()
    return true
  }

  /// Takes the given word if it comes next.
  mutating func take(word: String) -> Bool {
    guard current == .word(word) else { return false }
    advance()
    return true
  }

  mutating func expect(_ punctuation: String) throws(GraphError) {
    guard take(punctuation) else { throw error("expected \(punctuation)") }
  }

  mutating func expectWord(_ what: String) throws(GraphError) -> String {
    guard case .word(let word) = current else { throw error("expected \(what)") }
    advance()
    return word
  }

  mutating func expectInteger() throws(GraphError) -> Int {
    guard case .integer(let value) = current else { throw error("expected an integer") }
    advance()
    return value
  }

  mutating func expectNumber() throws(GraphError) -> Float {
    switch current {
    case .integer(let value):
      advance()
      return Float(value)
    case .number(let value):
      advance()
      return value
    case .word(let word):
      guard let value = Float(word) else { break }
      advance()
      return value
    default: break
    }
    throw error("expected a number")
  }

  private mutating func expectText() throws(GraphError) -> String {
    guard case .text(let value) = current else { throw error("expected a string") }
    advance()
    return value
  }

  private mutating func expectWeightName() throws(GraphError) -> String {
    guard case .weight(let name) = current else { throw error("expected @name") }
    advance()
    return name
  }

  private mutating func expectValueName() throws(GraphError) -> String {
    guard case .value(let name) = current else { throw error("expected %name") }
    advance()
    return name
  }

  /// Items separated by commas up to a closing bracket, which is taken.
  mutating func list<Item>(
    until closing: String, _ item: (inout Parser) throws(GraphError) -> Item
  ) throws(GraphError) -> [Item] {
    var items: [Item] = []
    if take(closing) { return items }
    repeat { items.append(try item(&self)) } while take(",")
    try expect(closing)
    return items
  }
}

// MARK: - The document

extension Parser {
  private mutating func parseDocument() throws(GraphError) -> Graph {
    try parseWeights()
    position = 0
    while current == .word("weight") { try skipWeight() }
    guard take(word: "graph") else { throw error("expected graph") }
    graph.name = try expectWeightName()
    try parseSignature()
    try parseGraphAttributes()
    try expect("{")
    while current != .word("return") { try parseStatement() }
    try parseOutputs()
    try expect("}")
    while current == .word("weight") { try skipWeight() }
    guard current == .end else { throw error("unexpected text behind the graph") }
    return graph
  }

  /// Weights may stand behind the graph that uses them, so they are read first.
  private mutating func parseWeights() throws(GraphError) {
    var depth = 0
    while current != .end {
      switch current {
      case .punctuation("{"): depth += 1
      case .punctuation("}"): depth -= 1
      case .word("weight") where depth == 0:
        try parseWeight()
        continue
      default: break
      }
      advance()
    }
  }

  private mutating func parseWeight() throws(GraphError) {
    advance()
    let start = place
    let name = try expectWeightName()
    try expect(":")
    let type = try parseType()
    let elements = try parseElements()
    guard graph.weight(named: name) == nil else {
      throw GraphError(.syntax("weight @\(name) is defined twice"), at: start)
    }
    guard let shape = type.fixedShape, let count = type.elementCount else {
      throw GraphError(.syntax("a weight has fixed extents"), at: start)
    }
    if let elements, elements.count != count {
      throw GraphError(.syntax("\(elements.count) elements do not fill \(type)"), at: start)
    }
    graph.addWeight(name, type, elements.map { Tensor(shape: shape, elements: $0) })
  }

  private mutating func parseElements() throws(GraphError) -> [Float]? {
    guard take("=") else { return nil }
    try expect("[")
    return try list(until: "]") { (parser) throws(GraphError) in try parser.expectNumber() }
  }

  private mutating func skipWeight() throws(GraphError) {
    advance()
    _ = try expectWeightName()
    try expect(":")
    _ = try parseType()
    _ = try parseElements()
  }

  private mutating func parseSignature() throws(GraphError) {
    try expect("(")
    _ = try list(until: ")") { (parser) throws(GraphError) in
      let start = parser.place
      let name = try parser.expectValueName()
      try parser.expect(":")
      let type = try parser.parseType()
      try parser.define(name, parser.graph.addInput(name, type), at: start)
    }
  }

  private mutating func parseGraphAttributes() throws(GraphError) {
    guard take(word: "attributes") else { return }
    try expect("{")
    _ = try list(until: "}") { (parser) throws(GraphError) in
      let start = parser.place
      let name = try parser.expectWord("an attribute")
      try parser.expect(":")
      guard parser.graph.attributes.updateValue(try parser.expectText(), forKey: name) == nil else {
        throw parser.error("attribute \(name) is given twice", at: start)
      }
    }
  }

  private mutating func parseOutputs() throws(GraphError) {
    advance()
    repeat {
      let name: String
      if case .text(let quoted) = current {
        name = quoted
        advance()
      } else {
        name = try expectWord("the name of an output")
      }
      try expect(":")
      let value = try parseOperand()
      graph.addOutput(name, value, as: take(word: "as") ? try parseElement() : .float32)
    } while take(",")
  }

  private mutating func define(
    _ name: String, _ value: ValueID, at place: String
  ) throws(GraphError) {
    guard values.updateValue(value, forKey: name) == nil else {
      throw error("%\(name) is defined twice", at: place)
    }
  }
}

// MARK: - Statements

extension Parser {
  private mutating func parseStatement() throws(GraphError) {
    let beginning = place
    var names: [String] = []
    repeat { names.append(try expectValueName()) } while take(",")
    try expect("=")
    let start = place
    let mnemonic = try expectWord("an operation")
    guard let kind = Op.kinds.first(where: { $0.mnemonics.contains(mnemonic) }) else {
      throw GraphError(.syntax("unknown operation \(mnemonic)"), at: start)
    }
    let results: [ValueID]
    do throws(GraphError) {
      let (op, operands) = try kind.parse(mnemonic, from: &self)
      results = try graph.add(op, operands)
    } catch {
      throw error.located(at: start)
    }
    try parseTypes(of: results, names, start)
    try parseProvenance()
    for (name, result) in zip(names, results) {
      try define(name, result, at: beginning)
      if Int(name) == nil { graph.setName(name, of: result) }
    }
  }

  private mutating func parseTypes(
    of results: [ValueID], _ names: [String], _ start: String
  ) throws(GraphError) {
    guard names.count == results.count else {
      throw GraphError(.syntax("the operation has \(results.count) results"), at: start)
    }
    guard take(":") else { return }
    for (index, result) in results.enumerated() {
      if index > 0 { try expect(",") }
      let place = place
      let type = try parseType()
      guard type == graph.type(of: result) else {
        throw GraphError(
          .syntax("the type is \(graph.type(of: result)), not \(type)"), at: place)
      }
    }
  }

  private mutating func parseProvenance() throws(GraphError) {
    guard take(word: "loc"), let node = graph.order.nodes.last else { return }
    try expect("(")
    var provenance = Provenance()
    _ = try list(until: ")") { (parser) throws(GraphError) in
      if case .text(let source) = parser.current {
        parser.advance()
        provenance.source = source
        return
      }
      let start = parser.place
      let key = try parser.expectWord("stage, layer or by")
      try parser.expect(":")
      switch key {
      case "stage": provenance.stage = try parser.expectInteger()
      case "layer": provenance.layer = try parser.expectText()
      case "by": provenance.passes = try parser.expectText().split(separator: " ").map(String.init)
      default: throw parser.error("unknown provenance \(key)", at: start)
      }
    }
    graph.setProvenance(provenance, of: node)
  }

  /// Operands separated by commas.
  package mutating func parseOperands() throws(GraphError) -> [ValueID] {
    var operands: [ValueID] = []
    repeat { operands.append(try parseOperand()) } while take(",")
    return operands
  }

  /// `%name` or `@name`.
  package mutating func parseOperand() throws(GraphError) -> ValueID {
    switch current {
    case .value(let name):
      guard let value = values[name] else { throw error("%\(name) is not defined") }
      advance()
      return value
    case .weight(let name):
      guard let value = graph.weight(named: name) else { throw error("@\(name) is not defined") }
      advance()
      return value
    default: throw error("expected %name or @name")
    }
  }

  /// `{name: value, …}`, or nothing.
  package mutating func parseAttributes() throws(GraphError) -> [Attribute] {
    guard take("{") else { return [] }
    return try list(until: "}") { (parser) throws(GraphError) in
      let name = try parser.expectWord("an attribute")
      try parser.expect(":")
      return Attribute(name, try parser.parseAttributeValue())
    }
  }

  private mutating func parseAttributeValue() throws(GraphError) -> AttributeValue {
    switch current {
    case .integer(let value):
      advance()
      return .integer(value)
    case .text(let value):
      advance()
      return .text(value)
    case .word("true"), .word("false"): return .flag(try expectWord("a flag") == "true")
    case .punctuation("["):
      advance()
      return try parseAttributeList()
    default: return .number(try expectNumber())
    }
  }

  /// Numbers where one of them has a fraction, otherwise extents.
  private mutating func parseAttributeList() throws(GraphError) -> AttributeValue {
    let start = place
    var extents: [Dimension] = []
    var numbers: [Float] = []
    _ = try list(until: "]") { (parser) throws(GraphError) in
      if case .number = parser.current {
        numbers.append(try parser.expectNumber())
      } else {
        extents.append(try parser.parseExtent())
        numbers += extents.last?.fixedValue.map { [Float($0)] } ?? []
      }
    }
    let integers = extents.compactMap(\.fixedValue)
    if integers.count == numbers.count {
      return integers.count == extents.count ? .integers(integers) : .dimensions(extents)
    }
    guard integers.count == extents.count else {
      throw error("a list holds numbers or extents, not both", at: start)
    }
    return .numbers(numbers)
  }

  /// `name:` in front of an attribute among arguments, if it comes next.
  mutating func takeAttributeName() -> String? {
    guard case .word(let name) = current, position + 1 < tokens.count,
      tokens[position + 1].kind == .punctuation(":")
    else { return nil }
    position += 2
    return name
  }
}
