import Foundation
import RescancCommands
import TestSupport
import Testing

/// What `bench` measures and prints.
struct BenchTests {
  @Test func everyStepHasATime() throws {
    let run = CommandRun(
      "bench", smallCheckpoint, "--size", "40x33", "--cpu", "x86-64", "--threads", "2",
      "--repeat", "3", "--profile", "--json")
    #expect(run.status == 0, "\(run.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let report = try #require(object as? [String: Any])
    let steps = try #require(report["steps"] as? [[String: Any]])
    #expect(steps.compactMap { $0["step"] as? Int } == Array(steps.indices))
    let seconds = steps.compactMap { $0["seconds"] as? Double }
    #expect(seconds.count == steps.count && seconds.allSatisfy { $0 >= 0 })
    // The steps are all that a run does, and are averaged over the runs.
    let least = try #require(report["seconds_min"] as? Double)
    #expect(seconds.reduce(0, +) > 0.5 * least)
    let kinds = Set(steps.compactMap { $0["kind"] as? String })
    #expect(kinds.isSuperset(of: ["pack", "winograd + winograd", "mean", "channels", "unpack"]))
    let layers = Set(steps.compactMap { $0["layer"] as? String })
    #expect(layers.contains("rnns.1, stage 2"))
  }

  @Test func stepsThatTakeLongAreATable() {
    let run = CommandRun(
      "bench", smallCheckpoint, "--size", "40x33", "--cpu", "x86-64", "--threads", "1",
      "--repeat", "2", "--profile")
    #expect(run.output.contains("effective    "))
    #expect(run.output.contains("\nstep  kind "))
    #expect(run.output.contains("rnns.2, stage 2"))
  }

  @Test func severalVersionsHaveNoProfile() throws {
    let run = CommandRun(
      "bench", smallCheckpoint, "--size", "40x33", "--cpu", "x86-64:dispatch", "--profile")
    #expect(run.status == 64)
    #expect(try #require(run.failure).contains("--profile"))
  }
}
