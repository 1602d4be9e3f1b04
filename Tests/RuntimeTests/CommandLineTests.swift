import Foundation
import RuntimeTestProgram
import Testing

@Suite("The command line on single photos")
struct CommandLineTests {
  @Test("A photo to a photo, in every spelling of the options")
  func photo() throws {
    let workspace = try Workspace()
    let output = workspace.path("out.png")
    for arguments in [
      [fixture("rgb.png"), output], ["--threads=2", fixture("rgb.png"), output],
      [fixture("rgb.png"), "--threads", "3", output, "--quiet"],
      ["--quiet", "--", fixture("rgb.png"), output],
    ] {
      let outcome = try workspace.run(RESCAN_TEST_IDENTITY, arguments)
      #expect(outcome.status == 0 && outcome.output == "" && outcome.errors == "")
      #expect(try Photo(path: output) == Photo.pattern(channels: 3))
      try FileManager.default.removeItem(atPath: output)
    }
  }

  @Test(
    "Every kind passes through unchanged",
    arguments: ["rgba.png", "gray.png", "gray-alpha.png", "rgba16.png", "gray16.png"])
  func kinds(name: String) throws {
    let workspace = try Workspace()
    #expect(
      try workspace.run(RESCAN_TEST_IDENTITY, [fixture(name), workspace.path("out.png")]).status
        == 0)
    #expect(try Photo(path: workspace.path("out.png")) == Photo(path: fixture(name)))
  }

  @Test("The channel order is the program's")
  func order() throws {
    let workspace = try Workspace()
    _ = try workspace.run(RESCAN_TEST_FIRST_PLANE, [fixture("rgb.png"), workspace.path("out.png")])
    let pixel = try Photo(path: workspace.path("out.png"))[5, 5]
    #expect(pixel == [0, 0, Photo.pattern(channels: 3)[5, 5][2]])
    _ = try workspace.run(RESCAN_TEST_WILD, [fixture("rgba.png"), workspace.path("out.png")])
    #expect(
      try Photo(path: workspace.path("out.png"))[5, 5]
        == [0, 0, 255, Photo.pattern(channels: 4)[5, 5][3]])
  }

  @Test("A program may change the size of a photo, alpha with it", arguments: ["rgb", "rgba"])
  func enlarges(name: String) throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(
      RESCAN_TEST_ENLARGE, [fixture("\(name).png"), workspace.path("out.png")])
    #expect(outcome.status == 0)
    let (small, large) = (
      try Photo(path: fixture("\(name).png")), try Photo(path: workspace.path("out.png"))
    )
    #expect(large.width == 2 * small.width && large.height == 2 * small.height)
    for y in 0..<large.height {
      for x in 0..<large.width { #expect(large[x, y] == small[x / 2, y / 2]) }
    }
  }

  @Test("Standard input and output")
  func streams() throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY, ["-", workspace.path("out.png")], input: fixture("rgb.png"))
    #expect(outcome.status == 0)
    #expect(try Photo(path: workspace.path("out.png")) == Photo.pattern(channels: 3))
    let piped = try workspace.run(
      RESCAN_TEST_IDENTITY, ["-", "-", "--compare", fixture("rgb.png")], input: fixture("rgb.png"))
    #expect(piped.status == 0)
    #expect(piped.output.contains("IHDR") && piped.errors.contains("inf dB 1.0000"))
  }

  @Test("All stages are numbered beside the photo")
  func stages() throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(
      RESCAN_TEST_DARKEN, [fixture("gray16.png"), workspace.path("out.png"), "--all-stages"])
    #expect(outcome.status == 0)
    #expect(
      try workspace.contents() == ["out.png", "out_1.png", "out_2.png", "out_3.png", "out_4.png"])
    for stage in 1...4 {
      let photo = try Photo(path: workspace.path("out_\(stage).png"))
      for (got, value) in zip(photo.samples, Photo.pattern(channels: 1, depth: 16).samples) {
        let wanted = max(0, Double(value) - 6553.5 * Double(stage))
        #expect(abs(Double(got) - wanted) <= 1)
      }
    }
    #expect(
      try Photo(path: workspace.path("out.png")) == Photo(path: workspace.path("out_4.png")))
  }

  @Test("Output names a folder, is the input, or is a link")
  func places() throws {
    let workspace = try Workspace()
    try workspace.makeFolder("results")
    _ = try workspace.run(RESCAN_TEST_IDENTITY, [fixture("rgb.png"), workspace.path("results")])
    #expect(try workspace.contents("results") == ["rgb.png"])
    let target = workspace.path("results/rgb.png")
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("link.png"), withDestinationPath: target)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: target)
    #expect(try workspace.run(RESCAN_TEST_WILD, [target, workspace.path("link.png")]).status == 0)
    #expect(try Photo(path: target)[0, 0] == [0, 0, 255])
    let attributes = try FileManager.default.attributesOfItem(atPath: target)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try workspace.contents("results") == ["rgb.png"])
  }

  @Test("Comparison prints before and after")
  func compare() throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY,
      [fixture("scored-rainy.png"), "--compare", fixture("scored-clean.png")])
    #expect(
      outcome.output
        == "scored-rainy.png: rainy 16.778 dB 0.8828, derained 16.778 dB 0.8828\n")
    let other = try workspace.run(
      RESCAN_TEST_IDENTITY, [fixture("scored-rainy.png"), "--compare", fixture("rgb.png")])
    #expect(other.status == 1 && other.errors.contains("13 x 9 pixels"))
  }

  @Test("Timing, description, version and help")
  func descriptions() throws {
    let workspace = try Workspace()
    let bench = try workspace.run(
      RESCAN_TEST_SLOW, [fixture("rgb.png"), "--bench", "3", "--threads", "2"])
    #expect(bench.status == 0)
    #expect(bench.output.hasPrefix("image: 13 x 9\nthreads: 2\nruns: 3\nmin: 0.1"))
    let info = try workspace.run(RESCAN_TEST_DARKEN, ["--info"])
    #expect(info.output == "model: test\nversion: 1.2.3\ntarget: any\n")
    let version = try workspace.run(RESCAN_TEST_DARKEN, ["--version"], name: "/usr/bin/unrain")
    #expect(version.output == "unrain 1.2.3\n")
    let help = try workspace.run(RESCAN_TEST_DARKEN, ["--help"])
    #expect(help.status == 0 && help.output.hasPrefix("usage: derain INPUT OUTPUT [options]\n"))
  }
}
