import Foundation
import Importers
import RescancCommands
import TestSupport
import Testing

/// What is too large is refused before the work, not by running out of memory.
struct LimitTests {
  @Test(arguments: ["1000000x1000000", "1x1000000000"])
  func benchRefusesHugeImages(size: String) throws {
    let run = CommandRun("bench", smallCheckpoint, "--size", size, "--cpu", "baseline")
    #expect(run.status == (size.hasPrefix("1x") ? 64 : 1))
    #expect(try #require(run.failure).contains(size))
  }

  @Test func weightsBeyondAProgram() throws {
    let graph = try Model(path: smallCheckpoint).graph
    try graph.checkFitsProgram()
    let error = try #require(throws: CommandError.self) {
      try graph.checkFitsProgram(limit: 1000)
    }
    #expect(error.status == 3)
  }
}
