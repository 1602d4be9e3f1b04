/// What can be wrong with a pickle, the stream of instructions that describes a checkpoint.
package enum PickleFault: Hashable, Sendable {
  /// The pickle asks to call something that no checkpoint needs. It is never called.
  case forbiddenCall(name: String)
  /// A tensor of a kind that has no place in a graph, such as a sparse one.
  case unsupportedTensor(function: String)
  case unknownOpcode(UInt8)
  case unsupportedOpcode(name: String)
  case unsupportedProtocol(Int)
  case stackUnderflow
  case missingMark
  case missingMemo(Int)
  case badText
  case badLength(Int)
  case wrongType(what: String, expected: String, found: String)
  case tooManyValues(limit: Int)

  package var explanation: Explanation {
    switch self {
    case .forbiddenCall(let name):
      return .corrupt(
        "the pickle asks to call \(quoted(name)), which no checkpoint needs; nothing was called",
        remedy: "do not trust this file; " + Remedy.saveStateDict)
    case .unsupportedTensor(let function):
      return .unsupported(
        "tensors made by \(quoted(function)) are not supported",
        remedy: "save dense float tensors: torch.save(model.float().state_dict(), FILE)")
    case .unknownOpcode(let code):
      return .corrupt("there is no pickle opcode 0x\(String(code, radix: 16))")
    case .unsupportedOpcode(let name):
      return .unsupported("the pickle opcode \(name) is not supported")
    case .unsupportedProtocol(let version):
      return .unsupported("pickle protocol \(version) is not supported")
    case .stackUnderflow: return .corrupt("a pickle opcode lacks its operands")
    case .missingMark: return .corrupt("a pickle opcode lacks its mark")
    case .missingMemo(let index): return .corrupt("the pickle has no memo entry \(index)")
    case .badText: return .corrupt("text in the pickle is not UTF-8")
    case .badLength(let length): return .corrupt("a length in the pickle is \(length)")
    case .wrongType(let what, let expected, let found):
      return .corrupt("\(what) is \(found), expected \(expected)")
    case .tooManyValues(let limit):
      return .unsupported("the pickle has more than \(limit) values")
    }
  }
}
