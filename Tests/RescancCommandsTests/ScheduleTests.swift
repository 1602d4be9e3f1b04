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
    #expect(!run.output.contains("= winograd") && !run.output.contains("bands of"))
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

/// `compile --tune` and `--tuning`.
struct TuneTests {
  private func compile(_ folder: String, _ options: String...) -> CommandRun {
    CommandRun(
      ["compile", smallCheckpoint, "--emit", "object", "--cpu", "x86-64", "-o", "\(folder)/a.o"]
        + options)
  }

  @Test func aRecordIsWrittenAndReadAgain() throws {
    try withTemporaryFolder { folder in
      let record = "\(folder)/tuning.json"
      // On a machine that does much else the time may be too short for all of it.
      var errors = "not enough time"
      for _ in 0..<10 where errors.contains("not enough time") {
        let first = compile(folder, "--tune", record, "--tune-size", "64x48")
        #expect(first.status == 0, "\(first.errors)")
        errors = first.errors
      }
      let text = try String(contentsOfFile: record, encoding: .utf8)
      let tuned = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.o"))
      for options in [["--tune", record], ["--tuning", record]] {
        let run = CommandRun(
          [
            "compile", smallCheckpoint, "--emit", "object", "--cpu", "x86-64", "-o",
            "\(folder)/a.o",
          ] + options)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try String(contentsOfFile: record, encoding: .utf8) == text)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a.o")) == tuned)
      }
      let shown = CommandRun(
        "inspect", smallCheckpoint, "--at", "planned", "--cpu", "x86-64", "--tuning", record)
      #expect(shown.output.contains("  measured  "), "\(shown.output)")
    }
  }

  @Test func recordsThatCannotBeUsedAreOneLine() throws {
    try withTemporaryFolder { folder in
      func run(_ option: String, _ text: String) throws -> CommandRun {
        let record = "\(folder)/tuning.json"
        try text.write(toFile: record, atomically: true, encoding: .utf8)
        return compile(folder, option, record)
      }
      for option in ["--tune", "--tuning"] {
        let corrupt = try run(option, "{]")
        #expect(corrupt.status == 2)
        #expect(try #require(corrupt.failure).contains("tuning.json: is no tuning record"))
        let newer = try run(option, #"{"schema": "rescanc.tuning/9"}"#)
        #expect(newer.status == 3)
        #expect(try #require(newer.failure).contains("follows the schema rescanc.tuning/9"))
      }
      let other =
        #"{"schema": "rescanc.tuning/1", "cpu": "abacus", "kernels": [], "pipelines": []}"#
      let tune = try run("--tune", other)
      #expect(tune.status == 3)
      #expect(try #require(tune.failure).contains("was measured on abacus"))
      let read = try run("--tuning", other)
      #expect(read.status == 0 && read.errors.contains("note: ") && read.errors.contains("abacus"))
      let missing = compile(folder, "--tuning", "\(folder)/none.json")
      #expect(missing.status == 1 && missing.failure != nil)
    }
  }

  @Test(arguments: [
    (["--tune-size", "9x9"], "goes with --tune"),
    (["--tune", "a.json", "--tuning", "a.json"], "leave --tuning out"),
    (["--tune", "a.json", "--target", "aarch64-linux-gnu"], "on this machine"),
    (["--tune", "a.json", "--cpu", "x86-64:dispatch"], "one version"),
  ])
  func optionsThatDoNotGoTogetherAreRefused(_ options: [String], _ words: String) throws {
    let run = CommandRun(
      ["compile", smallCheckpoint, "--emit", "object", "-o", "/dev/null"] + options)
    #expect(run.status == 64)
    #expect(try #require(run.failure).contains(words), "\(run.errors)")
  }
}
