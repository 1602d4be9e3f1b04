import RescancCommands
import Testing

/// What is no fault of a model.
struct UsageTests {
  @Test(
    arguments: [
      (["comple", "x"], "did you mean compile"), (["compile"], "<model>"),
      (["compile", "x"], "--output"), (["derain"], "<input>"), (["derain", "x.png"], "<output>"),
      (["inspect", "x", "--at", "onec"], "planned"),
      (["derain", "a", "b", "--threds", "2"], "--threads"), (["--verbose"], "--verbose"),
      (["inspect", "x", "--outputs", ","], "--outputs"),
      (["inspect", "x", "--outputs", "a,b,a"], "names a twice"),
      (["inspect", "x", "--family", "resnet"], "unknown family"),
    ] as [([String], String)])
  func wrongUsage(arguments: [String], hint: String) throws {
    let run = CommandRun(arguments)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(try #require(run.failure).contains(hint))
  }

  @Test(arguments: [["--family", "prenet"], ["--family", "brn"]])
  func knownButNotSupported(options: [String]) throws {
    let run = CommandRun(["inspect", smallCheckpoint] + options)
    #expect(run.status == 3)
    #expect(try #require(run.failure).contains(options[1]))
  }

  @Test func help() {
    for arguments in [["help"], ["--help"], ["help", "compile"], ["compile", "--help"]] {
      let run = CommandRun(arguments)
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(run.output.contains("USAGE: rescanc"))
    }
    #expect(CommandRun("--version").output == "\(versionText)\n")
  }

  @Test func missingFiles() throws {
    for arguments in [
      ["inspect", "/no/file"], ["opt", "/no/file"], ["convert", "/no/file", "-o", "x.safetensors"],
      ["derain", "--model", "/no/file", "a.png", "b.png"],
    ] {
      let run = CommandRun(arguments)
      #expect(run.status == 1)
      #expect(try #require(run.failure).hasPrefix("/no/file: "))
    }
  }
}
