/// A named property of an operation in the text form.
package struct Attribute: Hashable, Sendable {
  /// The name in front of the colon.
  package var name: String
  /// What stands behind it.
  package var value: AttributeValue

  /// Makes an attribute.
  package init(_ name: String, _ value: AttributeValue) {
    self.name = name
    self.value = value
  }
}

/// The value of an attribute.
package enum AttributeValue: Hashable, Sendable {
  case integer(Int)
  case number(Float)
  case text(String)
  case integers([Int])
}

extension AttributeValue: CustomStringConvertible {
  package var description: String {
    switch self {
    case .integer(let value): String(value)
    case .number(let value): value.description
    case .text(let value): quoted(value)
    case .integers(let values): "[\(values.map(String.init).joined(separator: ", "))]"
    }
  }
}

extension [Attribute] {
  /// The attributes as `{name: value, …}`.
  package var printed: String {
    "{" + map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "}"
  }
}

/// A string literal of the text form.
func quoted(_ text: String) -> String {
  let escaped = text.flatMap { character -> [Character] in
    switch character {
    case "\"", "\\": ["\\", character]
    case "\n": ["\\", "n"]
    default: [character]
    }
  }
  return "\"\(String(escaped))\""
}

/// Hands out attributes by name and refuses the ones that nobody asked for.
package struct AttributeReader {
  private var attributes: [Attribute]

  /// Takes the attributes that the text gives.
  package init(_ attributes: [Attribute]) { self.attributes = attributes }

  /// The value of an attribute, if the text has it.
  package mutating func take(_ name: String) -> AttributeValue? {
    guard let index = attributes.firstIndex(where: { $0.name == name }) else { return nil }
    return attributes.remove(at: index).value
  }

  /// An integer attribute, or its default.
  package mutating func integer(_ name: String, default value: Int? = nil) throws(GraphError) -> Int
  {
    switch take(name) {
    case .integer(let value): return value
    case nil: if let value { return value }
    default: break
    }
    throw GraphError(.syntax("attribute \(name) must be an integer"))
  }

  /// A numeric attribute, or its default.
  package mutating func number(_ name: String, default value: Float? = nil) throws(GraphError)
    -> Float
  {
    switch take(name) {
    case .number(let value): return value
    case .integer(let value): return Float(value)
    case nil: if let value { return value }
    default: break
    }
    throw GraphError(.syntax("attribute \(name) must be a number"))
  }

  /// A list of a fixed number of integers, or its default.
  package mutating func integers(_ name: String, count: Int, default value: [Int])
    throws(GraphError) -> [Int]
  {
    switch take(name) {
    case .integers(let values) where values.count == count: return values
    case nil: return value
    default: throw GraphError(.syntax("attribute \(name) must be a list of \(count) integers"))
    }
  }

  /// - Throws: `GraphError.Kind.syntax` naming an attribute that the operation does not have.
  package func finish() throws(GraphError) {
    if let extra = attributes.first {
      throw GraphError(.syntax("unknown attribute \(extra.name)"))
    }
  }
}
