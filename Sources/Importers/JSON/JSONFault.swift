/// What can be wrong with JSON text.
package enum JSONFault: Hashable, Sendable {
  case unexpected(expected: String, found: UInt8?)
  case badEscape
  case badText
  case badNumber
  case tooDeep(limit: Int)
  case duplicateKey(String)

  package var explanation: Explanation {
    switch self {
    case .unexpected(let expected, let found?):
      let character = quoted(String(Unicode.Scalar(found)))
      return .corrupt("the JSON text has \(character) where \(expected) should be")
    case .unexpected(let expected, nil):
      return .corrupt("the JSON text ends where \(expected) should be")
    case .badEscape: return .corrupt("the JSON text has a broken escape")
    case .badText: return .corrupt("a JSON string has a control character or is not UTF-8")
    case .badNumber: return .corrupt("the JSON text has a broken number")
    case .tooDeep(let limit): return .corrupt("the JSON text is nested more than \(limit) deep")
    case .duplicateKey(let key): return .corrupt("the JSON key \(quoted(key)) is there twice")
    }
  }
}
