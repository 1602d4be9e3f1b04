package import LLVMKit

/// A graph that cannot be turned into machine code.
package enum CodegenError: Error, Hashable, Sendable {
  /// An operation or attribute that has no kernel; `place` is the operation as text.
  case unsupported(String, place: String)
  /// A weight without elements, as in a textual graph.
  case missingElements(weight: String)
  /// A CPU or triple that no target here describes.
  case unknownCPU(String, triple: String, known: [String])
  case unknownTriple(String, known: [String])
  /// A rule for the schedule of one operation that cannot be followed.
  case schedule(rule: String, reason: String)
  /// A rule for the schedule of an operation that there is none of, or that has none.
  case unknownOperation(rule: String, known: [String])
  /// LLVM refused generated code.
  case llvm(LLVMError)
  /// The system's linker failed or is missing; `message` is what it said.
  case link(command: String, message: String)
  /// The runtime library or one that it needs was not found.
  case missingRuntime(String)
  /// Something that links programs for another machine is not installed.
  case missingToolchain(triple: String, what: String, remedy: String)
  /// Libraries are not made for this kind of machine.
  case noLibraries(triple: String)
}

extension CodegenError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unsupported(let what, let place):
      "\(what), at \(place); use --backend interpreter where that is possible"
    case .missingElements(let weight):
      "weight @\(weight) has no elements; compile a checkpoint or a converted model"
    case .unknownCPU(let cpu, let triple, let known):
      "unknown CPU \(cpu) for \(triple); choose one of \(known.joined(separator: ", "))"
    case .unknownTriple(let triple, let known):
      "unsupported target \(triple); choose one of \(known.joined(separator: ", "))"
    case .schedule(let rule, let reason): "the schedule \(rule) is not possible: \(reason)"
    case .unknownOperation(let rule, let known):
      "the schedule \(rule) names no pass over the pixels; there are "
        + known.joined(separator: ", ")
    case .llvm(let error): "\(error)"
    case .link(let command, let message): "linking failed: \(message) (command: \(command))"
    case .missingRuntime(let path):
      "the runtime library is not at \(path); build it, or set RESCANC_RUNTIME to its folder"
    case .missingToolchain(let triple, let what, let remedy):
      "programs and libraries for \(triple) cannot be linked: \(what); \(remedy), or use --emit object"
    case .noLibraries(let triple):
      "libraries are not made for \(triple), whose tools neither link shared ones nor hide the "
        + "inner names of an archive; use --emit exe or object"
    }
  }
}
