import ArgumentParser
import RescancCommands

/// The compiler's command line.
@main
struct Rescanc: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rescanc",
    abstract: "Compile image-restoration networks into native programs.",
    version: versionText,
    subcommands: commands)

  static func main() {
    finish(arguments: Array(CommandLine.arguments.dropFirst()), with: Self.self)
  }
}
