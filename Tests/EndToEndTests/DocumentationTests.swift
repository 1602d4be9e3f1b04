import Foundation
import TestSupport
import Testing

/// Runs what the pages of `docs` tell their readers to run: every block marked `sh`, in order.
@Suite(.timeLimit(.minutes(5)))
struct DocumentationTests {
  @Test(.enabled(if: Tools.hasFFmpeg, "ffmpeg is not installed; apt-get install ffmpeg"))
  func video() throws {
    try withReader { (folder) throws in
      try succeed(
        "ffmpeg -v error -f lavfi -i testsrc2=size=64x48:rate=5 -frames:v 5 -pix_fmt yuv420p rain.mp4",
        in: folder)
      let filters = try shell("ffmpeg -v error -filters", in: folder).text
      try followPage("video", in: folder, leaving: filters.contains(" frei0r ") ? nil : "frei0r")
      for file in ["clean.mp4", "clean.y4m"] { #expect(names(in: folder).contains(file)) }
    }
  }

  @Test(
    .enabled(
      if: Tools.hasCxx && Tools.path("python3") != nil && Tools.path("swift") != nil,
      "a C++ compiler, python3 or swift is not on PATH"))
  func libraries() throws {
    try withReader { (folder) throws in
      let picture = Array("P6\n9 7\n255\n".utf8) + (0..<189).map { UInt8($0) }
      try Data(picture).write(to: URL(fileURLWithPath: "\(folder)/rainy.ppm"))
      try succeed("cp -r $1/examples .", in: folder, repositoryFolder)
      try followPage("libraries", in: folder)
      let results = try ["clean", "clean-py", "clean-swift"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).ppm"))
      }
      #expect(Set(results).count == 1 && results[0].count == picture.count)
    }
  }

  /// A folder with a small checkpoint, `net.pth`.
  private func withReader(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { (folder) throws in
      try FileManager.default.copyItem(
        atPath: Sample.checkpoint("gru-full-se-c3-d4-s2-1x1"), toPath: "\(folder)/net.pth")
      try body(folder)
    }
  }

  /// Runs the blocks of a page, without those that contain a word.
  private func followPage(_ page: String, in folder: String, leaving word: String? = nil) throws {
    let text = try String(contentsOfFile: "\(repositoryFolder)/docs/\(page).md", encoding: .utf8)
    let blocks = text.components(separatedBy: "\n```sh\n").dropFirst()
      .compactMap { $0.components(separatedBy: "\n```").first }
      .filter { block in word.map { !block.contains($0) } ?? true }
    try #require(blocks.count >= 2)
    let compiler = try rescancPath
    let script = (["set -euo pipefail", "rescanc() { '\(compiler)' \"$@\"; }"] + blocks)
      .joined(separator: "\n")
    try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/page.sh"))
    try succeed("bash page.sh 2>&1", in: folder)
  }
}
