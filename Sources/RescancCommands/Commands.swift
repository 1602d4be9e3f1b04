package import ArgumentParser
internal import Foundation

/// The version of the compiler.
package let versionText = "0.1.0"

/// Every subcommand; a new one is one line.
package let commands: [any ParsableCommand.Type] = [
  CompileCommand.self,
  ConvertCommand.self,
  InspectCommand.self,
  RunCommand.self,
  DerainCommand.self,
  EvalCommand.self,
  DatasetCommand.self,
  BenchCommand.self,
  OptCommand.self,
  OnnxOpsCommand.self,
  TargetsCommand.self,
]

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
    try checkCommand(arguments.first)
    var command = try root.parseAsRoot(arguments)
    try command.run()
    return 0
  } catch let error as CommandError {
    return fail(error)
  } catch let error as ExitCode {
    return error.rawValue
  } catch {
    return explain(error, with: root)
  }
}

/// Refuses a first word that is no command, with the names that are like it.
private func checkCommand(_ word: String?) throws {
  let names = commands.compactMap { $0.configuration.commandName }
  guard let word, !word.hasPrefix("-"), word != "help", !names.contains(word) else { return }
  let nearest = nearestNames(to: word, among: names)
  let hint = nearest.isEmpty ? "" : "did you mean \(nearest.joined(separator: ", "))? "
  throw CommandError.usage("unknown command \(word); \(hint)see rescanc help")
}

/// Help and version go to standard output; wrong usage is one line.
private func explain(_ error: any Error, with root: any ParsableCommand.Type) -> Int32 {
  let code = root.exitCode(for: error)
  if code == .success {
    do {
      try Streams.write(root.fullMessage(for: error) + "\n")
      return 0
    } catch {
      return fail(CommandError(error))
    }
  }
  guard code == .validationFailure else { return fail(CommandError(error)) }
  return fail(.usage("\(oneLine(root.message(for: error))); see rescanc help"))
}

/// The parser lists more than two choices line by line.
private func oneLine(_ message: String) -> String {
  let lines = message.split(whereSeparator: \.isNewline).map(String.init)
  let choices = lines.filter { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
  let text = lines.filter { !$0.hasPrefix("  - ") }.joined(separator: " ")
  return choices.isEmpty ? text : "\(text) \(choices.joined(separator: ", "))"
}

private func fail(_ error: CommandError) -> Int32 {
  Streams.report(error: error.message)
  return error.status
}
