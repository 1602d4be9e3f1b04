/// Parses the text of a TorchScript program, which is a small part of Python.
struct ScriptParser {
  /// Expressions in each other.
  private static let depthLimit = 64
  /// Statements and expressions of one text.
  private static let nodeLimit = 1 << 20

  private let tokens: [(token: ScriptToken, offset: Int)]
  private var place = 0
  private var nodes = 0

  /// - Throws: `ProgramFault.syntax`, `.tooLarge`.
  static func parse(_ text: ByteSlice) throws(ImportError) -> ScriptModule {
    var parser = ScriptParser(tokens: try ScriptLexer.tokens(of: text))
    return try parser.module()
  }

  private init(tokens: [(token: ScriptToken, offset: Int)]) { self.tokens = tokens }

  // MARK: - Words

  private var token: ScriptToken { tokens[min(place, tokens.count - 1)].token }

  private mutating func skip(_ wanted: ScriptToken) -> Bool {
    guard token == wanted else { return false }
    place += 1
    return true
  }

  private mutating func skip(sign: String) -> Bool { skip(.sign(sign)) }

  private mutating func expect(_ wanted: ScriptToken) throws(ImportError) {
    guard skip(wanted) else { throw unexpected(quoted(wanted.written)) }
  }

  private mutating func expect(sign: String) throws(ImportError) { try expect(.sign(sign)) }

  private mutating func name() throws(ImportError) -> String {
    guard case .name(let name) = token else { throw unexpected("a name") }
    place += 1
    return name
  }

  private func unexpected(_ expected: String) -> ImportError {
    let offset = tokens[min(place, tokens.count - 1)].offset
    return ImportError(
      .program(.syntax(expected: expected, found: token.written)),
      at: ImportPlace(offset: offset))
  }

  private mutating func charge(_ depth: Int = 0) throws(ImportError) {
    nodes += 1
    guard nodes <= Self.nodeLimit else {
      throw ImportError(.program(.tooLarge(what: "a text of the program", limit: Self.nodeLimit)))
    }
    guard depth < Self.depthLimit else {
      throw ImportError(.program(.tooLarge(what: "the nesting", limit: Self.depthLimit)))
    }
  }

  // MARK: - Definitions

  private mutating func module() throws(ImportError) -> ScriptModule {
    var module = ScriptModule()
    while token != .end {
      try charge()
      switch token {
      case .name("def"):
        let function = try function()
        module.functions[function.name] = function
      case .name("class"):
        let (name, methods) = try type()
        module.classes[name] = methods
      default: _ = try statement()
      }
    }
    return module
  }

  private mutating func type() throws(ImportError) -> (String, [String: ScriptFunction]) {
    try expect(.name("class"))
    let name = try name()
    if skip(sign: "(") {
      while !skip(sign: ")") {
        _ = try expression(0)
        _ = skip(sign: ",")
      }
    }
    try expect(sign: ":")
    try expect(.newline)
    try expect(.indent)
    var methods: [String: ScriptFunction] = [:]
    while !skip(.dedent) {
      if token == .name("def") {
        let function = try function()
        methods[function.name] = function
      } else {
        _ = try statement()
      }
    }
    return (name, methods)
  }

  private mutating func function() throws(ImportError) -> ScriptFunction {
    try expect(.name("def"))
    let name = try name()
    try expect(sign: "(")
    var parameters: [ScriptFunction.Parameter] = []
    while !skip(sign: ")") {
      let name = try self.name()
      let type = skip(sign: ":") ? try expression(0) : nil
      let value = skip(sign: "=") ? try expression(0) : nil
      parameters.append(ScriptFunction.Parameter(name: name, type: type, value: value))
      if !skip(sign: ",") {
        try expect(sign: ")")
        break
      }
    }
    if skip(sign: "->") { _ = try expression(0) }
    return ScriptFunction(name: name, parameters: parameters, body: try block())
  }

  // MARK: - Statements

  private mutating func block() throws(ImportError) -> [ScriptStatement] {
    try expect(sign: ":")
    try expect(.newline)
    try expect(.indent)
    var statements: [ScriptStatement] = []
    while !skip(.dedent) {
      if token == .end { throw unexpected("a statement") }
      statements.append(try statement())
    }
    return statements
  }

  private mutating func statement() throws(ImportError) -> ScriptStatement {
    try charge()
    switch token {
    case .name("if"): return try condition()
    case .name("for"): return try iteration()
    case .name("while"):
      place += 1
      let test = try expression(0)
      return .loop(test, try block())
    case .name("return"):
      place += 1
      if skip(.newline) { return .result(nil) }
      return .result(try line())
    case .name("pass"):
      place += 1
      try expect(.newline)
      return .pass
    case .name(let word) where ["with", "raise", "assert", "try", "del", "import"].contains(word):
      return try other(word)
    default: return try assignment()
    }
  }

  private mutating func condition() throws(ImportError) -> ScriptStatement {
    place += 1
    let test = try expression(0)
    let first = try block()
    let second = skip(.name("else")) ? try block() : []
    return .condition(test, first, second)
  }

  private mutating func iteration() throws(ImportError) -> ScriptStatement {
    place += 1
    let name = try name()
    try expect(.name("in"))
    let items = try expression(0)
    return .iteration(name, items, try block())
  }

  /// Skips a statement that nothing is made of, with its block.
  private mutating func other(_ word: String) throws(ImportError) -> ScriptStatement {
    while token != .newline {
      if token == .end { throw unexpected("the end of the line") }
      place += 1
    }
    place += 1
    guard skip(.indent) else { return .other(word) }
    var depth = 1
    while depth > 0 {
      if token == .end { throw unexpected("the end of the block") }
      depth += token == .indent ? 1 : token == .dedent ? -1 : 0
      place += 1
    }
    return .other(word)
  }

  /// `a = …`, `a : T = …`, `a, b, = …`, a declaration `a : T`, or an expression.
  private mutating func assignment() throws(ImportError) -> ScriptStatement {
    let first = try expression(0)
    var targets = [first]
    var isTuple = false
    while skip(sign: ",") {
      isTuple = true
      if token == .sign("=") || token == .newline { break }
      targets.append(try expression(0))
    }
    if skip(sign: ":") { _ = try expression(0) }
    guard skip(sign: "=") else {
      try expect(.newline)
      return .expression(isTuple ? .tuple(targets) : first)
    }
    let value = try line()
    let names = targets.compactMap { target -> String? in
      if case .name(let name) = target { name } else { nil }
    }
    guard names.count == targets.count else { return .other("an assignment to a part") }
    return .assign(names, isTuple: isTuple, value)
  }

  /// An expression, or several that are a tuple, up to the end of the line.
  private mutating func line() throws(ImportError) -> ScriptExpression {
    var items = [try expression(0)]
    var isTuple = false
    while skip(sign: ",") {
      isTuple = true
      if token == .newline { break }
      items.append(try expression(0))
    }
    try expect(.newline)
    return isTuple ? .tuple(items) : items[0]
  }

  // MARK: - Expressions

  private mutating func expression(_ depth: Int) throws(ImportError) -> ScriptExpression {
    try charge(depth)
    if skip(sign: "-") { return .negative(try expression(depth + 1)) }
    var value = try atom(depth)
    // What follows a name makes a tree as deep as it is long.
    var links = depth
    while true {
      try charge(links)
      links += 1
      if skip(sign: ".") {
        value = .attribute(value, try name())
      } else if skip(sign: "[") {
        var items = [try expression(depth + 1)]
        while skip(sign: ",") { items.append(try expression(depth + 1)) }
        try expect(sign: "]")
        value = .subscripted(value, items.count == 1 ? items[0] : .tuple(items))
      } else if skip(sign: "(") {
        value = try call(value, depth)
      } else {
        return value
      }
    }
  }

  private mutating func call(_ function: ScriptExpression, _ depth: Int) throws(ImportError)
    -> ScriptExpression
  {
    var positional: [ScriptExpression] = []
    var named: [ScriptArgument] = []
    while !skip(sign: ")") {
      let value = try expression(depth + 1)
      if case .name(let name) = value, skip(sign: "=") {
        named.append(ScriptArgument(name: name, value: try expression(depth + 1)))
      } else {
        positional.append(value)
      }
      if !skip(sign: ",") {
        try expect(sign: ")")
        break
      }
    }
    return .call(function, positional, named)
  }

  private mutating func atom(_ depth: Int) throws(ImportError) -> ScriptExpression {
    let token = token
    place += 1
    switch token {
    case .name(let name): return .name(name)
    case .integer(let number): return .integer(number)
    case .float(let number): return .float(number)
    case .text(let text): return .text(text)
    case .sign("["): return .list(try items(until: "]", depth).items)
    case .sign("("):
      let (items, hasComma) = try items(until: ")", depth)
      return items.count == 1 && !hasComma ? items[0] : .tuple(items)
    case .sign("{"):
      while !skip(sign: "}") {
        _ = try expression(depth + 1)
        try expect(sign: ":")
        _ = try expression(depth + 1)
        _ = skip(sign: ",")
      }
      return .dictionary
    default:
      place -= 1
      throw unexpected("an expression")
    }
  }

  private mutating func items(until end: String, _ depth: Int) throws(ImportError)
    -> (items: [ScriptExpression], hasComma: Bool)
  {
    var items: [ScriptExpression] = []
    var hasComma = false
    while !skip(sign: end) {
      items.append(try expression(depth + 1))
      guard skip(sign: ",") else {
        try expect(sign: end)
        break
      }
      hasComma = true
    }
    return (items, hasComma)
  }
}
