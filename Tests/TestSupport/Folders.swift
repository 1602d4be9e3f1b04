internal import Foundation

/// The folder of the repository.
package let repositoryFolder: String =
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path

/// Runs a test with an empty folder of its own, which is removed afterwards; with
/// RESCANC_KEEP_TEST_FOLDERS it is kept.
package func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("rescanc-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  defer {
    if ProcessInfo.processInfo.environment["RESCANC_KEEP_TEST_FOLDERS"] == nil {
      try? FileManager.default.removeItem(at: folder)
    }
  }
  return try body(folder.path)
}

/// The names in a folder, in alphabetical order; none where there is no such folder.
package func names(in folder: String) -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}
