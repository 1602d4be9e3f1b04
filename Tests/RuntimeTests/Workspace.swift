import Foundation
import RuntimeTestProgram

/// A folder that exists for the duration of a test.
final class Workspace {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rescan-runtime-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
  }

  func contents(_ name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
  }

  func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: path(name))))
  }

  /// What a finished program left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs a program's command line; paths are as given, `input` feeds standard input.
  func run(
    _ kind: rescan_test_kind, _ arguments: [String], name: String = "derain",
    input: String = "/dev/null"
  ) throws -> Outcome {
    let output = path(".output-\(UUID().uuidString)")
    let errors = path(".errors-\(UUID().uuidString)")
    let lines = ([name] + arguments).map { $0 + "\n" }.joined()
    let status = unsafe rescan_test_invoke(Int32(kind.rawValue), lines, input, output, errors)
    defer {
      try? FileManager.default.removeItem(atPath: output)
      try? FileManager.default.removeItem(atPath: errors)
    }
    return try Outcome(
      status: status,
      output: String(decoding: Data(contentsOf: URL(filePath: output)), as: UTF8.self),
      errors: String(decoding: Data(contentsOf: URL(filePath: errors)), as: UTF8.self))
  }
}

/// The path of a committed image.
func fixture(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures").appendingPathComponent(name).path
}

func fixtureBytes(_ name: String) throws -> [UInt8] {
  try Array(Data(contentsOf: URL(filePath: fixture(name))))
}
