import Foundation
import RescancCommands
import TestSupport
import Testing

/// `--schedule` on the command line.
struct ScheduleTests {
  @Test func inspectShowsWhatWasForced() {
    let run = CommandRun(
      "inspect", smallCheckpoint, "--at", "planned", "--format", "text", "--cpu", "x86-64-v3",
      "--schedule", "algorithm=direct,tile=1x2,pipeline=off")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("schedule: direct\n"))
    #expect(run.output.contains("×1 channels × 2 vectors"))
    #expect(!run.output.contains("winograd") && !run.output.contains("bands of"))
  }

  @Test func aRuleNamesAnOperationOfThePlan() throws {
    let run = CommandRun(
      "inspect", smallCheckpoint, "--at", "planned", "--format", "text", "--cpu", "x86-64-v3",
      "--schedule", "pipeline=off,%0:algorithm=direct")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("= direct %image") && run.output.contains("= winograd %"))
  }

  @Test func benchMeasuresWhatWasForced() throws {
    let run = CommandRun(
      "bench", smallCheckpoint, "--size", "40x33", "--cpu", "x86-64", "--threads", "1",
      "--repeat", "1", "--profile", "--json", "--schedule", "algorithm=direct,pipeline=off")
    #expect(run.status == 0, "\(run.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let steps = try #require((object as? [String: Any])?["steps"] as? [[String: Any]])
    let kinds = Set(steps.compactMap { $0["kind"] as? String })
    #expect(kinds.contains("direct") && !kinds.contains { $0.contains("winograd") })
  }

  @Test func compileAndRunFollowRules() throws {
    try withTemporaryFolder { folder in
      func code(_ rules: String...) throws -> Data {
        let file = "\(folder)/model.s"
        let run = CommandRun(
          ["compile", smallCheckpoint, "--emit", "assembly", "--cpu", "x86-64", "-o", file]
            + rules)
        #expect(run.status == 0, "\(run.errors)")
        return try Data(contentsOf: URL(fileURLWithPath: file))
      }
      let usual = try code()
      #expect(try code("--schedule", "algorithm=direct") != usual)
      let image = smallCheckpoint.replacing("checkpoint.pth", with: "input.npy")
      func result(_ rules: String...) throws -> Data {
        let run = CommandRun(
          ["run", smallCheckpoint, "--input", "image=\(image)", "--output-dir", folder]
            + rules)
        #expect(run.status == 0, "\(run.errors)")
        return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/derained.npy"))
      }
      // Other sums are rounded in another way.
      let expected = try result()
      #expect(try result("--schedule", "algorithm=direct") != expected)
    }
  }

  @Test(arguments: [
    ("%0:algorithm=winograd9", Int32(64), "is no rule"), ("tile", 64, "is no rule"),
    ("%99999:tile=1x1", 64, "there are %0,"), ("%0:tile=7x3", 3, "1, 2 or 4 vectors"),
  ])
  func aRuleThatCannotBeFollowedIsOneLine(
    _ rules: String, _ status: Int32, _ words: String
  ) throws {
    let run = CommandRun(
      "inspect", smallCheckpoint, "--at", "planned", "--cpu", "x86-64", "--schedule", rules)
    #expect(run.status == status)
    #expect(try #require(run.failure).contains(words), "\(run.errors)")
  }
}
