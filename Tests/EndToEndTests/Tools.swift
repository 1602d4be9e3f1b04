import Foundation
import Testing

/// Programs of the system that some tests need.
enum Tools {
  /// The path of a program on `PATH`.
  static func path(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile(atPath:))
  }

  static let hasFFmpeg = path("ffmpeg") != nil
  static let hasCMake = path("cmake") != nil
  static let hasCxx = path("c++") != nil

  /// A Python with NumPy and pip.
  static let python: String? = {
    guard let python = path("python3") else { return nil }
    let check = try? run(python, ["-c", "import ctypes, numpy, pip"])
    return check?.status == 0 ? python : nil
  }()
}

/// Runs a shell's command in a folder.
///
/// What the command is given after its text is `$1`, `$2` and so on.
func shell(_ command: String, in folder: String, _ arguments: String...) throws -> ProgramRun {
  try run("/bin/bash", ["-c", "cd \"$0\" && \(command)", folder] + arguments)
}

/// Runs a shell's command that must succeed without a word on standard error.
func succeed(_ command: String, in folder: String, _ arguments: String...) throws {
  let work = try run("/bin/bash", ["-c", "cd \"$0\" && \(command)", folder] + arguments)
  try #require(work.status == 0, "\(command): \(work.errors)\(work.text)")
}
