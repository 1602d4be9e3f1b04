internal import OrderedCollections

/// Fields that a format asks for.
extension JSONValue {
  func member(_ name: String) throws(ImportError) -> JSONValue {
    guard case .object(let members) = self, let value = members[name] else {
      throw ImportError(.torchExport(.wrongField(name)))
    }
    return value
  }

  func object(
    _ name: String
  ) throws(ImportError) -> OrderedDictionary<String, JSONValue> {
    guard case .object(let members) = try member(name) else {
      throw ImportError(.torchExport(.wrongField(name)))
    }
    return members
  }

  func integer(_ name: String) throws(ImportError) -> Int {
    guard case .integer(let value) = try member(name) else {
      throw ImportError(.torchExport(.wrongField(name)))
    }
    return value
  }

  /// A size that is known, `{"as_int": 3}`; weights have no others.
  func size(_ field: String) throws(ImportError) -> Int {
    guard case .object(let members) = self, members.count == 1,
      case .integer(let size)? = members["as_int"]
    else { throw ImportError(.torchExport(.wrongField(field))) }
    return size
  }

  func sizes(_ name: String) throws(ImportError) -> [Int] {
    var sizes: [Int] = []
    for item in try array(name) { sizes.append(try item.size(name)) }
    return sizes
  }

  func array(_ name: String) throws(ImportError) -> [JSONValue] {
    guard case .array(let items) = try member(name) else {
      throw ImportError(.torchExport(.wrongField(name)))
    }
    return items
  }

  func text(_ name: String) throws(ImportError) -> String {
    guard case .string(let text) = try member(name) else {
      throw ImportError(.torchExport(.wrongField(name)))
    }
    return text
  }

  /// The only member of a union, by its name.
  func union(_ field: String) throws(ImportError) -> (kind: String, value: JSONValue) {
    guard case .object(let members) = self, members.count == 1, let first = members.elements.first
    else { throw ImportError(.torchExport(.wrongField(field))) }
    return (first.key, first.value)
  }
}
