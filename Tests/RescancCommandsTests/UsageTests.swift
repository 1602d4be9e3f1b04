import RescancCommands
import TestSupport
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
      (["inspect", "x", "--family", "prenet-gruu"], "did you mean prenet-gru?"),
      (["inspect", "x", "--format", "jsn"], "did you mean json?"),
      (["eval", "x", "y", "--metrics", "z"], "or 'rgb,y'"),
      (["help", "comple"], "did you mean compile"), (["help", "dataset", "splt"], "split"),
      (["eval", "x", "y", "--resume", "-"], "name of a file"),
      (["bench", "x", "--size", "0x3"], "WIDTHxHEIGHT"),
      (["inspect", "x", "--size", "640"], "WIDTHxHEIGHT"),
      (["dataset", "synthesize", "x", "y", "--strength", "2..1"], "low..high"),
      (["opt", "x", "--passes", "x"], "unknown pass x; rescanc opt --list"),
      (["dataset", "par"], "unknown command dataset par; did you mean pair"),
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
    for arguments in [
      ["help"], ["--help"], ["help", "compile"], ["compile", "--help"], ["dataset"],
      ["help", "dataset", "pair"], ["help", "--help"],
    ] {
      let run = CommandRun(arguments)
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(run.output.contains("USAGE: rescanc"))
    }
    #expect(CommandRun("--version").output == "\(versionText)\n")
  }

  @Test(arguments: [["compile"], ["inspect"], ["convert"]])
  func aFolderIsNoOutput(command: [String]) throws {
    try withTemporaryFolder { (folder) throws in
      let run = CommandRun(command + ["/no/file", "-o", folder])
      #expect(run.status == 1)
      #expect(try #require(run.failure).hasPrefix("\(folder): is a folder"))
    }
  }

  @Test func theNearestOutput() throws {
    let run = CommandRun("inspect", smallCheckpoint, "--outputs", "derane")
    #expect(run.status == 3)
    #expect(try #require(run.failure).hasSuffix("did you mean derained?"))
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
