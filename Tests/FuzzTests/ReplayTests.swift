import Foundation
import FuzzTargets
import TestSupport
import Testing

/// Files that fuzzing starts from: all fixtures, and in `Fixtures` here what it once found.
private let samples: [String] = {
  let tests = "\(repositoryFolder)/Tests"
  let files = FileManager.default.enumerator(atPath: tests)?.compactMap { $0 as? String } ?? []
  return files.filter { $0.contains("/Fixtures/") }.sorted().map { "\(tests)/\($0)" }
}()

/// Readers keep, without any help, the rules that `Scripts/fuzz` holds them to.
@Suite struct ReplayTests {
  @Test(arguments: FuzzTarget.all.map(\.name))
  func keepsItsRules(_ name: String) throws {
    let target = try #require(FuzzTarget(named: name))
    var handled = 0
    for path in samples {
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      do {
        if try target.run(Array(data)) == .handled { handled += 1 }
      } catch {
        Issue.record("\(path): \(error)")
      }
    }
    #expect(handled >= 5, "nothing to start from")
  }

  @Test func everyTargetHasAName() {
    #expect(FuzzTarget(named: "everything") == nil)
    #expect(Set(FuzzTarget.all.map(\.name)).count == FuzzTarget.all.count)
  }
}
