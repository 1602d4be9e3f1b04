package import ArgumentParser
internal import Foundation

/// The version of the compiler.
package let versionText = "0.1.0"

/// Every subcommand; a new one is one line.
package let commands: [any ParsableCommand.Type] = [RunCommand.self, BenchCommand.self]

/// Parses and runs a command line and ends the process with the documented status.
package func finish(arguments: [String], with root: any ParsableCommand.Type) -> Never {
  let status = execute(arguments: arguments, with: root)
  exit(status)
}

/// Parses and runs a command line.
///
/// - Returns: The exit status; a failure has been reported on standard error in one line.
package func execute(arguments: [String], with root: any ParsableCommand.Type) -> Int32 {
  do {
    var command = try root.parseAsRoot(arguments)
    try command.run()
    return 0
  } catch let error as CommandError {
    report(error.message)
    return error.status
  } catch let error as ExitCode {
    return error.rawValue
  } catch {
    return explain(error, with: root)
  }
}

/// Help and version go to standard output; wrong usage is one line.
private func explain(_ error: any Error, with root: any ParsableCommand.Type) -> Int32 {
  let code = root.exitCode(for: error)
  guard code != .success else {
    print(root.fullMessage(for: error))
    return 0
  }
  guard code == .validationFailure else {
    let failure = CommandError(error)
    report(failure.message)
    return failure.status
  }
  report("\(root.message(for: error)); see rescanc help")
  return 64
}

/// Writes one line to standard error.
func report(_ message: String) {
  let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
  FileHandle.standardError.write(Data("rescanc: error: \(line)\n".utf8))
}
