internal import ArgumentParser
internal import Codegen
internal import Importers

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

  @Option(
    help: "The record of compile --tune whose schedules are used.", completion: .file())
  var tuning: String?

  init() {}

  func validate() throws {
    do { _ = try rules.map(SchedulePolicy.init(parsing:)) } catch {
      throw ValidationError("\(error)")
    }
  }

  /// The rules and what was measured; nothing of either by default.
  ///
  /// - Throws: `CommandError` for a record that cannot be used.
  func policy() throws -> SchedulePolicy {
    var policy = try rules.map(SchedulePolicy.init(parsing:)) ?? .automatic
    guard let tuning else { return policy }
    let record = try about(tuning) { try TuningRecord(json: readFile(path: tuning)) }
    if record.cpu != TuningRecord.hostCPU {
      Streams.report(
        note: "\(tuning): was measured on \(record.cpu), and this machine is "
          + TuningRecord.hostCPU)
    }
    policy.measured = record.measured
    return policy
  }
}
