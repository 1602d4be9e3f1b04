import Foundation
import RuntimeTestProgram
import Testing

@Suite("The command line on video")
struct VideoTests {
  @Test("What the network leaves alone stays, bit for bit", arguments: Clip.Format.all)
  func identity(format: Clip.Format) throws {
    for (width, height) in [(16, 12), (13, 9), (1, 1), (2, 1), (1, 2), (3, 2)] {
      let workspace = try Workspace()
      let clip = Clip.noise(format, width: width, height: height, frames: 5)
      let input = try workspace.write(clip.file(), to: "in.y4m")
      let outcome = try workspace.run(RESCAN_TEST_IDENTITY, [input, workspace.path("out.y4m")])
      #expect(outcome.status == 0 && outcome.output == "" && outcome.errors == "")
      #expect(try workspace.bytes("out.y4m") == clip.file(), "\(width) x \(height)")
      #expect(try workspace.contents() == ["in.y4m", "out.y4m"])
    }
  }

  @Test("Headers and parameters of frames are kept")
  func parameters() throws {
    let workspace = try Workspace()
    var clip = Clip.noise(Clip.Format.all[0], width: 4, height: 3, frames: 3)
    for parameters in [
      "F30000:1001 I? A10:11 XYSCSS=420JPEG XCOLORRANGE=LIMITED Xanything", "", " F1:1  Ip ",
    ] {
      clip.parameters = parameters
      let file = clip.file(frameLine: "FRAME Ip XTIME=1\n")
      let input = try workspace.write(file, to: "video")
      let output = workspace.path("out.y4m")
      #expect(try workspace.run(RESCAN_TEST_IDENTITY, [input, output]).status == 0)
      #expect(try workspace.bytes("out.y4m") == file)
    }
  }

  @Test("Standard streams, in-place, folders as output, no frames")
  func places() throws {
    let workspace = try Workspace()
    let clip = Clip.noise(Clip.Format.all[1], width: 40, height: 30, frames: 12)
    let input = try workspace.write(clip.file(), to: "in.y4m")
    #expect(try workspace.run(RESCAN_TEST_IDENTITY, ["-", "-"], input: input).status == 0)
    #expect(
      try workspace.run(RESCAN_TEST_IDENTITY, ["-", workspace.path("out.y4m")], input: input)
        .status == 0)
    #expect(try workspace.bytes("out.y4m") == clip.file())
    try workspace.makeFolder("folder")
    #expect(
      try workspace.run(RESCAN_TEST_IDENTITY, [input, workspace.path("folder")]).status == 0)
    #expect(try workspace.bytes("folder/in.y4m") == clip.file())
    #expect(try workspace.run(RESCAN_TEST_IDENTITY, [input, input, "--threads=3"]).status == 0)
    #expect(try workspace.bytes("in.y4m") == clip.file())
    let empty = try workspace.write(clip.header.utf8, to: "empty.y4m")
    #expect(try workspace.run(RESCAN_TEST_IDENTITY, [empty, empty]).status == 0)
    #expect(try workspace.bytes("empty.y4m") == Array(clip.header.utf8))
  }

  @Test("Frames keep their order and meet the network one by one")
  func order() throws {
    let workspace = try Workspace()
    var clip = Clip.noise(Clip.Format.all[6], width: 2, height: 2, frames: 0)
    clip.frames = (0..<100).map { Array(repeating: 150 + $0, count: 4) }
    let input = try workspace.write(clip.file(), to: "in.y4m")
    #expect(
      try workspace.run(RESCAN_TEST_DARKEN, [input, workspace.path("out.y4m")]).status == 0)
    let result = try #require(clip.reading(workspace.bytes("out.y4m")))
    // 0.4 of the 219 steps from black to white.
    #expect(result.frames == (0..<100).map { Array(repeating: 150 + $0 - 88, count: 4) })
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    var file: String
    var word: String
    var status: Int32 = 2
    /// Whole frames that are kept.
    var frames = 0
    var testDescription: String { String(file.prefix(60).filter { $0 != "\n" }) }
  }

  @Test(
    "Damaged and strange videos",
    arguments: [
      Damage(file: "YUV4MPEG2\n", word: "width"),
      Damage(file: "YUV4MPEG2 H2\n", word: "width"),
      Damage(file: "YUV4MPEG2 W2\nFRAME\n", word: "height"),
      Damage(file: "YUV4MPEG2 W2 H2", word: "does not end"),
      Damage(file: "YUV4MPEG2 W2 H2 X\(String(repeating: "a", count: 9000))\n", word: "4096"),
      Damage(file: "YUV4MPEG2X W2 H2\n", word: "no YUV4MPEG2"),
      Damage(file: "YUV4MPEG2 W0 H2\n", word: "'0'"),
      Damage(file: "YUV4MPEG2 W-2 H2\n", word: "'-2'"),
      Damage(file: "YUV4MPEG2 W2 W2 H2\n", word: "'2'"),
      Damage(file: "YUV4MPEG2 W2x H2\n", word: "'2x'"),
      Damage(file: "YUV4MPEG2 W H2\n", word: "''"),
      Damage(file: "YUV4MPEG2 W2 H99999999999999999999\n", word: "1048576", status: 3),
      Damage(file: "YUV4MPEG2 W1048576 H1048576\n", word: "1048576", status: 3),
      Damage(file: "YUV4MPEG2 W32768 H32768\nFRAME\nabc", word: "after 3 of"),
      Damage(file: "YUV4MPEG2 W2 H2 It\n", word: "bwdif", status: 3),
      Damage(file: "YUV4MPEG2 W2 H2 Im\n", word: "Im", status: 3),
      Damage(file: "YUV4MPEG2 W2 H2 C411\n", word: "C411", status: 3),
      Damage(file: "YUV4MPEG2 W2 H2 C444alpha\n", word: "C444alpha", status: 3),
      Damage(file: "YUV4MPEG2 W2 H2 C420p\n", word: "C420p", status: 3),
      Damage(file: "YUV4MPEG2 W2 H2 C420p8\n", word: "C420p8", status: 3),
      Damage(file: "YUV4MPEG2 W2 H2 C\n", word: "C is", status: 3),
      Damage(file: "YUV4MPEG2 W2 H2\nFRAM", word: "frame 1"),
      Damage(file: "YUV4MPEG2 W2 H2\nFRAME\n", word: "after 0 of 6 bytes"),
      Damage(file: "YUV4MPEG2 W2 H2\nFRAME\nabcdefFRAME\nabc", word: "frame 2 ends", frames: 1),
      Damage(file: "YUV4MPEG2 W2 H2\nFRAME\nabcdefFRAMEX\nabcdef", word: "frame 2", frames: 1),
      Damage(file: "YUV4MPEG2 W2 H2\nFRAME\nabcdef\n", word: "frame 2", frames: 1),
    ])
  func damage(damage: Damage) throws {
    let workspace = try Workspace()
    let input = try workspace.write(damage.file.utf8, to: "in.y4m")
    for (arguments, file) in [([input], input), (["-"], "standard input")] {
      let outcome = try workspace.run(
        RESCAN_TEST_IDENTITY, arguments + [workspace.path("out.y4m")], input: input)
      #expect(outcome.status == damage.status)
      #expect(outcome.errors.hasPrefix("rescanc: error: \(file): "), "\(outcome.errors)")
      #expect(outcome.errors.contains(damage.word), "\(outcome.errors)")
      #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
      let kept = try workspace.contents().contains("out.y4m")
      #expect(kept == (damage.frames > 0))
      if kept {
        let file = Array("YUV4MPEG2 W2 H2\nFRAME\nabcdef".utf8)
        #expect(try workspace.bytes("out.y4m") == file)
        try FileManager.default.removeItem(atPath: workspace.path("out.y4m"))
      }
      #expect(try workspace.contents() == ["in.y4m"])
    }
  }

  @Test(
    "What video cannot be",
    arguments: [
      (["in.y4m", "out.png"], Int32(64), ".y4m"), (["in.y4m", "out"], 64, ".y4m"),
      (["in.y4m", "out.y4m", "--compare", "in.y4m"], 3, "--compare"),
      (["in.y4m", "out.y4m", "--all-stages"], 3, "--all-stages"),
      (["in.y4m", "--side-by-side", "strip.png"], 3, "--side-by-side"),
      (["in.y4m", "out.y4m", "--matrix=2020"], 64, "'2020'"),
      (["in.y4m", "no-such/out.y4m"], 1, "out.y4m: cannot be written"),
      (["in.y4m", "/dev/full"], 1, "/dev/full: cannot be written"),
    ])
  func misuse(arguments: [String], status: Int32, word: String) throws {
    let workspace = try Workspace()
    let clip = Clip.noise(Clip.Format.all[0], width: 200, height: 100, frames: 3)
    _ = try workspace.write(clip.file(), to: "in.y4m")
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY,
      arguments.map { $0.hasPrefix("-") || $0.hasPrefix("/") ? $0 : workspace.path($0) })
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(word), "\(outcome.errors)")
    #expect(try workspace.contents() == ["in.y4m"])
  }

  @Test("A network that needs too much memory leaves nothing")
  func memory() throws {
    let workspace = try Workspace()
    let clip = Clip.noise(Clip.Format.all[0], width: 4, height: 4, frames: 3)
    let input = try workspace.write(clip.file(), to: "in.y4m")
    let outcome = try workspace.run(RESCAN_TEST_HUGE, [input, workspace.path("out.y4m")])
    #expect(outcome.status == 1 && outcome.errors.contains("in.y4m: "))
    #expect(try workspace.contents() == ["in.y4m"])
  }
}
