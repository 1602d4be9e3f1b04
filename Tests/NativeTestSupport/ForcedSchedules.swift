package import Codegen

/// Schedules that are forced on whole networks.
package struct ForcedSchedules: Sendable, CustomStringConvertible {
  /// The rules as text.
  package let text: String
  /// The rules.
  package let policy: SchedulePolicy

  package var description: String { text }

  private init(_ text: String) {
    self.text = text
    do {
      policy = try SchedulePolicy(parsing: text)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Every algorithm, with and without pipelines, strips along rows and columns.
  package static let algorithms = [
    "algorithm=direct", "algorithm=direct,pipeline=off,strips=columns",
    "algorithm=winograd4,strips=columns", "algorithm=winograd4,pipeline=off,strips=rows",
    "algorithm=winograd2,strips=rows",
  ].map(ForcedSchedules.init)

  /// Tiles, blocks and bands: the smallest, the largest, and some that divide nothing evenly.
  package static let sizes = [
    "algorithm=direct,tile=1x1,strips=rows", "algorithm=direct,tile=1x4,band=16,strips=columns",
    "algorithm=direct,tile=3x2,pipeline=off", "tile=2x1,block=1x1,strips=columns",
    "algorithm=winograd4,block=5x1,band=12,strips=rows", "algorithm=winograd4,block=3x4",
    "algorithm=winograd4,block=12x1,band=64,strips=columns",
    "algorithm=winograd2,block=5x4,pipeline=off",
    "algorithm=winograd2,block=7x1,band=10,strips=rows",
    "algorithm=winograd4,block=6x2,tile=1x2,strips=columns",
  ].map(ForcedSchedules.init)

  /// All of them.
  package static let all = algorithms + sizes
}
