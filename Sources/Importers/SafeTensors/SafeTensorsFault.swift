/// What can be wrong with a safetensors file; one case for each rule of the format.
package enum SafeTensorsFault: Hashable, Sendable {
  case headerTooLarge(bytes: UInt64, limit: Int)
  case headerStart
  case notAnObject(what: String)
  case missingField(String)
  case unknownField(String)
  case badMetadata(key: String)
  case unknownType(String)
  case badShape
  case badOffsets
  case wrongSize(expected: Int?, found: Int)
  /// Tensors must follow each other without a gap or an overlap.
  case notAdjacent(expected: Int, found: Int)
  case outOfData(end: Int, available: Int)
  case trailingBytes(count: Int)
  /// A tensor to be written bears the name of the metadata.
  case reservedName

  package var explanation: Explanation {
    switch self {
    case .headerTooLarge(let bytes, let limit):
      return .corrupt("the safetensors header has \(bytes) bytes, more than \(limit)")
    case .headerStart: return .corrupt("the safetensors header does not start with '{'")
    case .notAnObject(let what): return .corrupt("\(what) is not a JSON object")
    case .missingField(let field): return .corrupt("the field \(quoted(field)) is missing")
    case .unknownField(let field): return .corrupt("there is an unknown field \(quoted(field))")
    case .badMetadata(let key): return .corrupt("the metadata \(quoted(key)) is not a string")
    case .unknownType(let type):
      return .unsupported(
        "elements of type \(quoted(type)) are not supported",
        remedy: "convert the model with model.float() before saving")
    case .badShape: return .corrupt("the shape is not a list of sizes")
    case .badOffsets: return .corrupt("the data offsets are not a begin and an end")
    case .wrongSize(let expected, let found):
      let needed = expected.map(String.init) ?? "too many"
      return .corrupt("the tensor has \(found) bytes, but its shape and type need \(needed)")
    case .notAdjacent(let expected, let found):
      let kind = found < expected ? "overlaps the one before it" : "leaves a hole before it"
      return .corrupt("the data \(kind): it begins at \(found), expected \(expected)")
    case .outOfData(let end, let available):
      return .corrupt("the data ends at \(end), beyond the \(available) bytes there are")
    case .trailingBytes(let count): return .corrupt("\(count) bytes follow the last tensor")
    case .reservedName:
      return .unsupported(
        "a tensor cannot be named '__metadata__' in a safetensors file",
        remedy: "rename it in the model")
    }
  }
}
