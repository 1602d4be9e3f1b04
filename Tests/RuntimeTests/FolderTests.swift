import Foundation
import RuntimeTestProgram
import Testing

@Suite("The command line on folders")
struct FolderTests {
  /// A folder `rainy` with three photos and files to leave alone.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.makeFolder("rainy/inner.png")
    for name in ["b.png", "a.PNG", "c.jpg"] {
      let source = name.hasSuffix("jpg") ? "gray.jpg" : "rgb.png"
      _ = try workspace.write(fixtureBytes(source), to: "rainy/\(name)")
    }
    _ = try workspace.write("notes".utf8, to: "rainy/notes.txt")
    return workspace
  }

  @Test("Photos keep their names, other files are left out")
  func folder() throws {
    let workspace = try workspace()
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY, [workspace.path("rainy"), workspace.path("out")])
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(try workspace.contents("out") == ["a.PNG", "b.png", "c.jpg"])
  }

  @Test("A bad photo does not stop the others")
  func bad() throws {
    let workspace = try workspace()
    _ = try workspace.write("text".utf8, to: "rainy/aa.png")
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY, [workspace.path("rainy"), workspace.path("out")])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("rainy/aa.png: this is text"))
    #expect(outcome.errors.hasSuffix("rainy: 1 of 4 photos failed; see the messages above\n"))
    #expect(try workspace.contents("out") == ["a.PNG", "b.png", "c.jpg"])
  }

  @Test("Comparison takes the same names and ends with the mean")
  func compare() throws {
    let workspace = try Workspace()
    for folder in ["rainy", "clean"] {
      try workspace.makeFolder(folder)
      for name in ["1.png", "2.png"] {
        _ = try workspace.write(fixtureBytes("scored-\(folder).png"), to: "\(folder)/\(name)")
      }
    }
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY,
      [workspace.path("rainy"), "--compare", workspace.path("clean"), workspace.path("out")])
    let scores = "rainy 16.778 dB 0.8828, derained 16.778 dB 0.8828"
    #expect(outcome.output == "1.png: \(scores)\n2.png: \(scores)\nmean: \(scores)\n")
    #expect(try workspace.contents("out") == ["1.png", "2.png"])
  }

  @Test("A folder without photos, and one that cannot be made")
  func empty() throws {
    let workspace = try Workspace()
    try workspace.makeFolder("rainy")
    let none = try workspace.run(
      RESCAN_TEST_IDENTITY, [workspace.path("rainy"), workspace.path("out")])
    #expect(none.status == 1 && none.errors.contains("no photos"))
    #expect(try workspace.contents() == ["rainy"])
    let deep = try workspace.run(RESCAN_TEST_IDENTITY, [fixture(""), "/no/such/folder"])
    #expect(deep.status == 1 && deep.errors.contains("/no/such/folder: cannot be created"))
  }
}
