/// Which schedules measurements found to be the best, by the text of what is computed.
package struct MeasuredSchedules: Hashable, Sendable {
  /// The choice for every pass, by ``ScheduleDecision/key``.
  package var choices: [String: ScheduleChoice]
  /// Rows of the bands of pipelines, 0 where two steps are better, by ``pipelineKey(_:)``.
  package var bandRows: [String: Int]

  /// Makes a collection.
  package init(choices: [String: ScheduleChoice] = [:], bandRows: [String: Int] = [:]) {
    self.choices = choices
    self.bandRows = bandRows
  }

  /// The key of two passes, of those of each.
  static func pipelineKey(_ keys: [String]) -> String { keys.joined(separator: " → ") }
}
