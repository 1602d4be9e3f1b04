internal import ArgumentParser
internal import Codegen

/// What of the schedules the user chooses, on every command that generates code.
struct ScheduleOptions: ParsableArguments {
  @Option(
    name: .customLong("schedule"),
    help: ArgumentHelp(
      "For experts: rules for what is otherwise chosen, KEY=VALUE with commas between them.",
      discussion: SchedulePolicy.keys.joined(separator: ", ")
        + "; with %NAME: before it, for one operation of inspect --at planned --format text.",
      valueName: "rules"))
  var rules: String?

  init() {}

  func validate() throws {
    do { _ = try policy() } catch { throw ValidationError("\(error)") }
  }

  /// The rules; none by default.
  func policy() throws(ScheduleRuleFault) -> SchedulePolicy {
    guard let rules else { return .automatic }
    return try SchedulePolicy(parsing: rules)
  }
}
