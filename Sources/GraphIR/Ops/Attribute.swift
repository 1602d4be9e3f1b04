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
  case flag(Bool)
  case integers([Int])
  case numbers([Float])
  case dimensions([Dimension])
}

extension AttributeValue: CustomStringConvertible {
  package var description: String {
    switch self {
    case .integer(let value): String(value)
    case .number(let value): value.description
    case .text(let value): quoted(value)
    case .flag(let value): String(value)
    case .integers(let values): "[\(values.map(String.init).joined(separator: ", "))]"
    case .numbers(let values): "[\(values.map(\.description).joined(separator: ", "))]"
    case .dimensions(let values): "[\(values.map(\.description).joined(separator: ", "))]"
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
  var result = "\"".unicodeScalars
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += ["\\", scalar]
    case "\n": result += ["\\", "n"]
    default: result.append(scalar)
    }
  }
  return String(result) + "\""
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

  /// A list of any number of integers, or its default.
  package mutating func integers(_ name: String, default value: [Int]? = nil) throws(GraphError)
    -> [Int]
  {
    switch take(name) {
    case .integers(let values): return values
    case nil: if let value { return value }
    default: break
    }
    throw GraphError(.syntax("attribute \(name) must be a list of integers"))
  }

  /// A list of any number of extents.
  package mutating func dimensions(_ name: String) throws(GraphError) -> [Dimension] {
    switch take(name) {
    case .integers(let values): return values.map(Dimension.fixed)
    case .dimensions(let values): return values
    default: throw GraphError(.syntax("attribute \(name) must be a list of extents"))
    }
  }

  /// A list of any number of numbers, or an empty one.
  package mutating func numbers(_ name: String) throws(GraphError) -> [Float] {
    switch take(name) {
    case .integers(let values): return values.map(Float.init)
    case .numbers(let values): return values
    case nil: return []
    default: throw GraphError(.syntax("attribute \(name) must be a list of numbers"))
    }
  }

  /// `true` or `false`, or its default.
  package mutating func flag(_ name: String, default value: Bool = false) throws(GraphError) -> Bool
  {
    switch take(name) {
    case .flag(let value): return value
    case nil: return value
    default: throw GraphError(.syntax("attribute \(name) must be true or false"))
    }
  }

  /// One of a set of words, or its default.
  package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, default value: Choice
  ) throws(GraphError) -> Choice {
    switch take(name) {
    case .text(let word): if let choice = Choice(rawValue: word) { return choice }
    case nil: return value
    default: break
    }
    let words = Choice.allCases.map { quoted($0.rawValue) }.joined(separator: ", ")
    throw GraphError(.syntax("attribute \(name) must be one of \(words)"))
  }

  /// - Throws: `GraphError.Kind.syntax` naming an attribute that the operation does not have.
  package func finish() throws(GraphError) {
    if let extra = attributes.first {
      throw GraphError(.syntax("unknown attribute \(extra.name)"))
    }
  }
}
