import Foundation
import Importers
import Testing

/// The files beside these tests, and the optional folder of reference data.
enum Fixtures {
  /// Fixture names that end in `suffix`, sorted, without the suffix.
  static func names(ending suffix: String, in folder: String = "") -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
    return files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
  }

  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appending(path: "Fixtures").appending(path: name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] { try readFile(path: path(name)) }

  /// Checkpoints of `shared/cases`, sorted; empty where the folder is absent.
  ///
  /// RESCANC_SHARED names the folder, or it lies beside the package.
  static let sharedCheckpoints: [String] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["RESCANC_SHARED"]
      ?? root.deletingLastPathComponent().appending(path: "shared").path
    let cases = (try? FileManager.default.contentsOfDirectory(atPath: shared + "/cases")) ?? []
    return cases.sorted().map { "\(shared)/cases/\($0)/checkpoint.pth" }
  }()
}

/// Runs `body` with the path of a new folder, which is removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "rescanc-\(UUID())").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The error that `body` throws, or nil.
func importError(_ body: () throws(ImportError) -> Void) -> ImportError? {
  do throws(ImportError) {
    try body()
    return nil
  } catch {
    return error
  }
}
