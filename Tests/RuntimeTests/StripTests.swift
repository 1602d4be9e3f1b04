import Foundation
import RuntimeTestProgram
import Testing

@Suite("Strips of pictures side by side")
struct StripTests {
  /// Height of the labels of pictures below 320 pixels.
  private let band = 13
  /// What lies between two of them.
  private let gap = 2

  /// A picture of a strip of RGB pictures.
  private func panel(_ index: Int, of strip: Photo, width: Int) -> [UInt16] {
    let left = index * (width + gap)
    return (band..<strip.height).flatMap { y in
      (left..<left + width).flatMap { x in strip[x, y] }
    }
  }

  @Test("Rainy, every stage, derained, clean and the rain")
  func strip() throws {
    let workspace = try Workspace()
    let rainy = try Photo(path: fixture("scored-rainy.png"))
    let outcome = try workspace.run(
      RESCAN_TEST_DARKEN,
      [
        fixture("scored-rainy.png"), workspace.path("out.png"), "--all-stages", "--side-by-side",
        workspace.path("strip.png"), "--compare", fixture("scored-clean.png"),
      ])
    #expect(outcome.status == 0 && outcome.errors == "")
    let strip = try Photo(path: workspace.path("strip.png"))
    #expect(strip.width == 7 * rainy.width + 6 * gap && strip.height == rainy.height + band)
    let files = [fixture("scored-rainy.png")] + (1...4).map { workspace.path("out_\($0).png") }
    for (index, file) in (files + [fixture("scored-clean.png")]).enumerated() {
      #expect(try panel(index, of: strip, width: rainy.width) == Photo(path: file).samples)
    }
    let derained = try Photo(path: workspace.path("out.png"))
    let rain = zip(rainy.samples, derained.samples).map { rainy, derained in
      min(255, 4 * (max(rainy, derained) - min(rainy, derained)))
    }
    #expect(panel(6, of: strip, width: rainy.width) == rain)
    // Every label is drawn.
    for index in 0..<7 {
      let left = index * (rainy.width + gap)
      let isWritten = (0..<band).contains { y in
        (left..<left + rainy.width).contains { strip[$0, y][0] > 200 }
      }
      #expect(isWritten)
    }
  }

  @Test("Gray of 16 bits, and a strip alone")
  func gray() throws {
    let workspace = try Workspace()
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY,
      [fixture("gray16.png"), "--side-by-side", workspace.path("strip.png")])
    #expect(outcome.status == 0 && outcome.output == "")
    let strip = try Photo(path: workspace.path("strip.png"))
    let photo = try Photo(path: fixture("gray16.png"))
    let wanted = photo.samples.flatMap { sample -> [UInt16] in
      [UInt16](repeating: UInt16((Double(sample) / 257).rounded()), count: 3)
    }
    #expect(panel(0, of: strip, width: photo.width) == wanted)
    #expect(try workspace.contents() == ["strip.png"])
  }

  @Test("Folders get a folder of strips")
  func folder() throws {
    let workspace = try Workspace()
    try workspace.makeFolder("in")
    for name in ["a.png", "b.png"] {
      _ = try workspace.write(fixtureBytes("rgb.png"), to: "in/\(name)")
    }
    let outcome = try workspace.run(
      RESCAN_TEST_IDENTITY,
      [workspace.path("in"), "--side-by-side", workspace.path("strips")])
    #expect(outcome.status == 0)
    #expect(try workspace.contents("strips") == ["a.png", "b.png"])
  }

  @Test("What cannot be written is refused")
  func refused() throws {
    let workspace = try Workspace()
    for value in ["", "-"] {
      #expect(
        try workspace.run(
          RESCAN_TEST_IDENTITY, [fixture("rgb.png"), "--side-by-side=\(value)"]
        ).status == 64)
    }
    #expect(
      try workspace.run(
        RESCAN_TEST_IDENTITY, [fixture("rgb.png"), "--side-by-side", workspace.path("x.gif")]
      ).status == 64)
    #expect(
      try workspace.run(
        RESCAN_TEST_IDENTITY, [fixture("rgb.png"), "--bench", "1", "--side-by-side", "x.png"]
      ).status == 64)
    #expect(try workspace.contents().isEmpty)
  }
}
