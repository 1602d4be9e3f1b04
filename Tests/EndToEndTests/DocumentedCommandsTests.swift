import Foundation
import TestSupport
import Testing

/// The commands of documentation pages, run as they stand there.
@Suite(.timeLimit(.minutes(5)))
struct DocumentedCommandsTests {
  @Test(arguments: ["docs/evaluation.md"]) func commandsWork(page: String) throws {
    let text = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: "\(repositoryFolder)/\(page)")),
      as: UTF8.self)
    let blocks = text.matches(of: /```sh\n(?<commands>[^`]*)```/).map(\.output.commands)
    try #require(!blocks.isEmpty)
    try withTemporaryFolder { (folder) throws in
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/models", withDestinationPath: "\(repositoryFolder)/models")
      let tools = URL(fileURLWithPath: try rescancPath).deletingLastPathComponent().path
      var output = ""
      for command in blocks.joined().split(separator: "\n") {
        let work = try run("/bin/sh", ["-c", "cd '\(folder)'; PATH='\(tools)':$PATH; \(command)"])
        #expect(work.status == 0 && work.errors.isEmpty, "\(command): \(work.errors)")
        output += work.text
      }
      // What stands under the first command is what it printed.
      let transcript = try #require(text.firstMatch(of: /```\n\n```\n(?<lines>[^`]*)```/))
      #expect(isAlike(words(output), words(transcript.output.lines)))
    }
  }

  private func words(_ text: some StringProtocol) -> [Substring] {
    Substring(text).split(whereSeparator: \.isWhitespace)
  }

  /// Whether a text begins with another, but for the last digit of numbers, which may depend on the
  /// machine.
  private func isAlike(_ text: [Substring], _ start: [Substring]) -> Bool {
    text.count >= start.count
      && zip(text, start).allSatisfy { word, wanted in
        guard let number = Double(word), let wanted = Double(wanted) else { return word == wanted }
        return abs(number - wanted) < 0.0011
      }
  }
}
