/// LLVM refused something; with correct input that is a defect of the compiler or the installation.
package enum LLVMError: Error, Hashable, Sendable {
  /// A triple or CPU that this LLVM does not know.
  case unknownTarget(triple: String, message: String)
  /// The verifier or the pass pipeline rejected generated code.
  case invalidModule(stage: String, message: String)
  /// Machine code could not be written.
  case emission(message: String)
  /// Machine code could not be loaded into this process.
  case loading(message: String)
}

extension LLVMError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownTarget(let triple, let message):
      "LLVM does not know the target \(triple): \(message); see --target and --cpu"
    case .invalidModule(let stage, let message):
      "generated code is invalid after \(stage): \(message)"
    case .emission(let message): "machine code cannot be emitted: \(message)"
    case .loading(let message): "machine code cannot be loaded: \(message)"
    }
  }
}
