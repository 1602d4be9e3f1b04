/// What can go wrong between a file and the bytes in it.
package enum FileFault: Hashable, Sendable {
  case cannotRead(reason: String)
  case cannotWrite(reason: String)
  case notRegular
  case tooLarge(bytes: Int, limit: Int)
  /// The file ends inside `what`.
  case truncated(what: String, needed: UInt64, available: Int)
  /// The tensors would take more memory than a file of this size accounts for.
  case expansion(bytes: Int, limit: Int)

  package var explanation: Explanation {
    switch self {
    case .cannotRead(let reason):
      return Explanation(
        .failed, "cannot read the file: \(reason)", remedy: "check the path and its permissions")
    case .cannotWrite(let reason):
      return Explanation(
        .failed, "cannot write the file: \(reason)",
        remedy: "check the folder, its permissions and the space left")
    case .notRegular:
      return Explanation(
        .failed, "this is not a regular file", remedy: "name a model file on disk")
    case .tooLarge(let bytes, let limit):
      return .unsupported("the file has \(bytes) bytes, more than the \(limit) that are supported")
    case .truncated(let what, let needed, let available):
      return .corrupt(
        "the file ends within \(what): \(needed) bytes needed, \(available) left")
    case .expansion(let bytes, let limit):
      return .corrupt(
        "the contents would expand to \(bytes) bytes, more than the \(limit) that a file of this "
          + "size can justify", remedy: Remedy.saveStateDict)
    }
  }
}
