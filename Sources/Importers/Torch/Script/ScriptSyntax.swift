/// An expression of a TorchScript program.
indirect enum ScriptExpression: Sendable {
  case name(String)
  case integer(Int)
  case float(Double)
  case text(String)
  case list([ScriptExpression])
  case tuple([ScriptExpression])
  case attribute(ScriptExpression, String)
  case subscripted(ScriptExpression, ScriptExpression)
  case call(ScriptExpression, [ScriptExpression], [ScriptArgument])
  case negative(ScriptExpression)
  /// A dictionary; there is nothing that reads one.
  case dictionary

  /// The names of `a.b.c`, or nil for another expression.
  var path: [String]? {
    switch self {
    case .name(let name): [name]
    case .attribute(let base, let name): base.path.map { $0 + [name] }
    default: nil
    }
  }
}

/// An argument with its name.
struct ScriptArgument: Sendable {
  let name: String
  let value: ScriptExpression
}

/// A statement of a TorchScript program.
indirect enum ScriptStatement: Sendable {
  /// One name, or several for the items of a tuple.
  case assign([String], isTuple: Bool, ScriptExpression)
  case expression(ScriptExpression)
  case condition(ScriptExpression, [ScriptStatement], [ScriptStatement])
  case iteration(String, ScriptExpression, [ScriptStatement])
  case loop(ScriptExpression, [ScriptStatement])
  case result(ScriptExpression?)
  case pass
  /// A statement that is understood but not supported, by its first word.
  case other(String)
}

/// A function or method.
struct ScriptFunction: Sendable {
  struct Parameter: Sendable {
    let name: String
    let type: ScriptExpression?
    let value: ScriptExpression?
  }

  let name: String
  let parameters: [Parameter]
  let body: [ScriptStatement]
}

/// What one text of a program defines.
struct ScriptModule: Sendable {
  var functions: [String: ScriptFunction] = [:]
  /// Methods by class.
  var classes: [String: [String: ScriptFunction]] = [:]
}
