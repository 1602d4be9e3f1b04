import Foundation
import RuntimeTestProgram
import Testing

@Suite("The command line refuses")
struct CommandFailureTests {
  struct Misuse: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var word: String
    var status: Int32 = 64
    var testDescription: String { arguments.joined(separator: " ") }
  }

  @Test(
    "Wrong usage",
    arguments: [
      Misuse(arguments: [], word: "INPUT is missing"),
      Misuse(arguments: ["a.png"], word: "OUTPUT is missing"),
      Misuse(arguments: ["a.png", "b.png", "c.png"], word: "'c.png'"),
      Misuse(arguments: ["--frobnicate"], word: "'--frobnicate'; see --help"),
      Misuse(arguments: ["--threads", "many", "a", "b"], word: "'many'"),
      Misuse(arguments: ["--threads=99999999999", "a", "b"], word: "--threads"),
      Misuse(arguments: ["--threads"], word: "needs a value"),
      Misuse(arguments: ["--bench", "0", "a"], word: "--bench"),
      Misuse(arguments: ["--bench", "1", "a", "b"], word: "takes INPUT only"),
      Misuse(arguments: ["a.png", "-", "--all-stages"], word: "--all-stages"),
      Misuse(arguments: [fixture("rgb.png"), "out.gif"], word: ".png, .jpg or .jpeg"),
      Misuse(arguments: [fixture("rgb.png"), "out"], word: ".png, .jpg or .jpeg"),
      Misuse(arguments: ["-", "/tmp"], word: "/tmp"),
      Misuse(arguments: [fixture(""), "-"], word: "folder"),
      Misuse(arguments: [fixture(""), fixture("rgb.png")], word: "is a file"),
      Misuse(arguments: [fixture("rgb.png"), "out.y4m"], word: "y4m", status: 3),
      Misuse(arguments: ["in.y4m", "out.png"], word: "in.y4m: ", status: 1),
      Misuse(arguments: [fixture("cmyk.jpg"), "out.png"], word: "CMYK", status: 3),
      Misuse(arguments: ["no-such.png", "out.png"], word: "no-such.png: ", status: 1),
    ])
  func usage(misuse: Misuse) throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(RESCAN_TEST_IDENTITY, misuse.arguments)
    #expect(outcome.status == misuse.status)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("rescanc: error: "))
    #expect(outcome.errors.contains(misuse.word))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test("Outputs that cannot be written", arguments: ["/proc/out.png", "/no/such/out.png"])
  func unwritable(path: String) throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(RESCAN_TEST_IDENTITY, [fixture("rgb.png"), path])
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("rescanc: error: \(path): cannot be written: "))
  }

  @Test("A full device")
  func full() throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(RESCAN_TEST_IDENTITY, [fixture("rgb.png"), "/dev/full"])
    #expect(outcome.status == 1 && outcome.errors.contains("/dev/full: cannot be written"))
  }

  @Test("A damaged photo leaves the output alone")
  func damaged() throws {
    let workspace = try Workspace()
    let input = try workspace.write(fixtureBytes("rgb.png").dropLast(20), to: "in.png")
    let output = try workspace.write("before".utf8, to: "out.png")
    let outcome = try workspace.run(RESCAN_TEST_IDENTITY, [input, output])
    #expect(outcome.status == 2)
    #expect(try workspace.bytes("out.png") == Array("before".utf8))
    #expect(try workspace.contents() == ["in.png", "out.png"])
  }

  @Test(
    "Programs that cannot clean photos here",
    arguments: [
      (RESCAN_TEST_OTHER_ABI, 3), (RESCAN_TEST_OTHER_CPU, 3), (RESCAN_TEST_TWO_INPUTS, 3),
      (RESCAN_TEST_HUGE, 1), (RESCAN_TEST_UNCOUNTABLE, 1),
    ] as [(rescan_test_kind, Int32)])
  func programs(kind: rescan_test_kind, status: Int32) throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(kind, [fixture("rgb.png"), workspace.path("out.png")])
    #expect(outcome.status == status)
    #expect(try workspace.contents() == [])
  }

  @Test("Names with line breaks stay on one line")
  func names() throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(RESCAN_TEST_IDENTITY, ["no\u{1b}[2Jsuch.png", "out.png"])
    #expect(outcome.errors.contains("no?[2Jsuch.png"))
  }
}
