import GraphIR
import TestSupport
import Testing

/// `opt`: passes by name.
struct OptTests {
  private let graph = "\(repositoryFolder)/Tests/GraphIRTests/Fixtures/cse/equal.graph"

  @Test func runsPassesInOrder() throws {
    let run = CommandRun("opt", graph, "--passes", "cse, dead-code")
    #expect(run.status == 0)
    #expect(try Parser.parse(run.output).nodes.count == 2)
  }

  @Test func printsTheGraphWithoutPasses() throws {
    let run = CommandRun("opt", graph, "--passes", "")
    #expect(run.status == 0)
    #expect(try Printer(Parser.parse(run.output)).text == run.output)
  }

  @Test func takesModels() throws {
    let run = CommandRun("opt", smallCheckpoint)
    #expect(try Parser.parse(run.output).outputs.count == 5)
  }

  @Test func listsEveryPassOnce() {
    let names = CommandRun("opt", "--list").output.split(separator: "\n").map(String.init)
    #expect(Set(names).count == names.count)
    #expect(Set(names) == Set(Pipeline.all.map(\.name)))
  }

  @Test func namesTheNearestPasses() throws {
    let run = CommandRun("opt", graph, "--passes", "dead-cod")
    #expect(run.status == 64)
    #expect(try #require(run.failure).contains("did you mean dead-code"))
  }

  @Test func needsAGraph() { #expect(CommandRun("opt", "--passes", "cse").status == 64) }
}
