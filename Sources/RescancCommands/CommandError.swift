import ArgumentParser
internal import Codegen
internal import Evaluation
internal import GraphIR
internal import Importers
internal import Inspection
internal import Interpreter

/// A failure of a command: the exit status and one line for the user, without `rescanc: error:`.
package struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
  /// 1 the work failed, 2 corrupt input, 3 unsupported, 64 wrong usage.
  package var status: Int32
  /// What is wrong, where, and what to do.
  package var message: String

  package var description: String { message }

  static func usage(_ message: String) -> CommandError {
    CommandError(status: 64, message: message)
  }
}

extension CommandError {
  /// What any error of the libraries means for the command.
  ///
  /// - Parameter file: The file that was being worked on, named first in the message.
  init(_ error: any Error, file: String? = nil) {
    switch error {
    case let error as CommandError: self = error
    case let error as ImportError:
      self.init(status: error.status, message: "\(error)\(error.suggestion)")
    case let error as GraphError: self.init(status: 2, message: "\(error)")
    case let error as InterpreterError: self.init(status: 2, message: "\(error)")
    case let error as TuningFault: self.init(status: error.status, message: "\(error)")
    case let error as NativeError: self.init(status: error.status, message: error.message)
    case let error as InspectionError: self.init(status: 1, message: "\(error)")
    case let error as EvaluationError: self.init(status: error.status, message: "\(error)")
    case let error as CodegenError:
      self.init(status: error.status, message: "\(error)\(error.suggestion)")
    default: self.init(status: 1, message: "\(error)")
    }
    if let file, !message.hasPrefix(file) { message = "\(file): \(message)" }
  }
}

extension TuningFault {
  fileprivate var status: Int32 {
    switch self {
    case .corrupt: 2
    case .schema, .otherCPU: 3
    }
  }
}

extension CodegenError {
  /// The known name that is most like an unknown one.
  fileprivate var suggestion: String {
    switch self {
    case .unknownTriple(let name, let known), .unknownCPU(let name, _, let known):
      nearestNames(to: name, among: known).first.map { "; did you mean \($0)?" } ?? ""
    default: ""
    }
  }

  fileprivate var status: Int32 {
    switch self {
    case .unsupported, .unknownTriple, .noLibraries, .schedule: 3
    case .unknownCPU, .unknownOperation: 64
    case .missingElements: 2
    case .llvm, .link, .missingRuntime, .missingToolchain: 1
    }
  }
}

extension ImportError {
  /// The output that is most like an unknown one.
  fileprivate var suggestion: String {
    guard case .model(.unknownOutput(let name, let known)) = fault else { return "" }
    return nearestNames(to: name, among: known).first.map { "; did you mean \($0)?" } ?? ""
  }
}

/// Runs work on a file and says of its errors that they concern that file.
func about<Result: ~Copyable>(_ file: String, _ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch {
    throw CommandError(error, file: file)
  }
}
