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
  CompareCommand.self,
  DerainCommand.self,
  EvalCommand.self,
  DatasetCommand.self,
  BenchCommand.self,
  OptCommand.self,
  OnnxOpsCommand.self,
  TorchOpsCommand.self,
  TargetsCommand.self,
  DoctorCommand.self,
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
    try checkEncoding(arguments)
    try checkCommand(arguments)
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

/// Refuses what the process was given that is not UTF-8; Swift repairs such words, which then name
/// another file.
private func checkEncoding(_ arguments: [String]) throws {
  guard let wrong = arguments.first(where: { $0.contains("\u{FFFD}") }),
    let words = FileManager.default.contents(atPath: "/proc/self/cmdline"),
    String(validating: words, as: UTF8.self) == nil
  else { return }
  throw CommandError(
    status: 3, message: "\(wrong): the name is not UTF-8, as names must be here; rename the file")
}

/// Refuses words that should name a command and do not, with the names that are like them.
private func checkCommand(_ arguments: [String]) throws {
  let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
  var (known, place) = (commands, "")
  for word in words where !known.isEmpty {
    if word.hasPrefix("-") || (word == "help" && place.isEmpty) { return }
    let names = known.compactMap { $0.configuration.commandName }
    guard let index = names.firstIndex(of: word) else {
      let nearest = nearestNames(to: word, among: names)
      let hint = nearest.isEmpty ? "" : "did you mean \(nearest.joined(separator: ", "))? "
      throw CommandError.usage("unknown command \(place)\(word); \(hint)see rescanc help")
    }
    known = known[index].configuration.subcommands
    place += word + " "
  }
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

/// The parser lists more than two choices line by line; the nearest is named once more.
private func oneLine(_ message: String) -> String {
  let lines = message.split(whereSeparator: \.isNewline).map(String.init)
  let choices = lines.filter { $0.hasPrefix("  - ") }.map { String($0.dropFirst(4)) }
  let text = lines.filter { !$0.hasPrefix("  - ") }.joined(separator: " ")
  guard !choices.isEmpty else { return text }
  let wrong = text.firstMatch(of: /The value '(.*?)' is invalid/)?.output.1
  let nearest = wrong.flatMap { nearestNames(to: String($0), among: choices).first }
  let hint = nearest.map { "; did you mean \($0)?" } ?? ""
  return "\(text) \(choices.joined(separator: ", "))\(hint)"
}

private func fail(_ error: CommandError) -> Int32 {
  Streams.report(error: error.message)
  return error.status
}
