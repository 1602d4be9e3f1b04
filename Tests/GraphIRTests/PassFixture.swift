import Foundation
import GraphIR
import Interpreter
import TestSupport
import Testing

/// A graph and what passes make of it: `<folder>/<name>.graph`, whose first line names the passes,
/// and `<folder>/<name>.expected.graph`.
struct PassFixture: Sendable, CustomTestStringConvertible {
  let folder: String
  let name: String

  var testDescription: String { "\(folder)/\(name)" }

  /// Every fixture, in the order of folders and names.
  static let all: [PassFixture] = {
    guard let root = Bundle.module.url(forResource: "Fixtures", withExtension: nil) else {
      return []
    }
    return folders(root).flatMap { folder in
      contents(root.appendingPathComponent(folder)).compactMap { file in
        guard file.hasSuffix(".graph"), file.split(separator: ".").count == 2 else { return nil }
        return PassFixture(folder: folder, name: String(file.dropLast(".graph".count)))
      }
    }
  }()

  private static func folders(_ root: URL) -> [String] {
    contents(root).filter { root.appendingPathComponent($0).hasDirectoryPath }
  }

  private static func contents(_ folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  /// Fixtures are read and recorded where they are kept, so a recording needs no rebuild.
  private static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  private func url(_ suffix: String) -> URL {
    Self.sources.appendingPathComponent(folder).appendingPathComponent(name + suffix)
  }

  /// The text of the graph before.
  func source() throws -> String { try String(contentsOf: url(".graph"), encoding: .utf8) }

  /// The text of the graph after, or nil where none was recorded.
  func expectation() -> String? { try? String(contentsOf: url(".expected.graph"), encoding: .utf8) }

  /// The passes of the first line, `# passes: a, b` or `# passes: all`.
  func passes() throws -> [any Pass] {
    let line = try #require(try source().split(separator: "\n").first)
    try #require(line.hasPrefix("# passes: "), "the first line names the passes")
    let names = line.dropFirst("# passes: ".count)
    if names == "all" { return Pipeline.optimization }
    return try names.split(separator: ",").map { name in
      let name = name.trimmingCharacters(in: .whitespaces)
      return try #require(Pipeline.pass(named: name), "there is no pass \(name)")
    }
  }

  /// Compares a result with the expectation; a mismatch is written to `<name>.observed.graph`.
  ///
  /// With `RESCANC_RECORD=1` in the environment the result becomes the expectation and the test
  /// fails.
  func check(_ text: String) throws {
    let observed = url(".observed.graph")
    try? FileManager.default.removeItem(at: observed)
    guard expectation() != text else { return }
    if ProcessInfo.processInfo.environment["RESCANC_RECORD"] == "1" {
      try text.write(to: url(".expected.graph"), atomically: true, encoding: .utf8)
      Issue.record("recorded \(testDescription)")
    } else {
      try text.write(to: observed, atomically: true, encoding: .utf8)
      Issue.record("\(testDescription) gives another graph, see \(name).observed.graph")
    }
  }
}
