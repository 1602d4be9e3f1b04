import Foundation
import TestSupport
import Testing

/// A file that must be refused, as `expected.json` in its folder says.
private struct Hostile: Decodable {
  let status: Int32

  /// Paths and statuses of a folder of `Tests`.
  static func all(in folder: String) throws -> [(path: String, status: Int32)] {
    let folder = "\(repositoryFolder)/Tests/\(folder)"
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/expected.json"))
    return try JSONDecoder().decode([String: Hostile].self, from: data)
      .sorted { $0.key < $1.key }.map { ("\(folder)/\($0.key)", $0.value.status) }
  }
}

/// The smallest of files ask for no more time and memory than they are worth.
@Suite(.timeLimit(.minutes(60)))
struct BoundsTests {
  /// Runs a program that may take two seconds of a processor, which is twice what it should need,
  /// and so many MiB of memory besides code.
  private func runBounded(_ program: String, _ arguments: [String], megabytes: Int) throws
    -> ProgramRun
  {
    let limits = "ulimit -c 0; ulimit -t 2; ulimit -d \(megabytes << 10); exec \"$@\""
    return try run("/bin/bash", ["-c", limits, "bash", program] + arguments)
  }

  /// Refuses every file of a folder within the bounds, and leaves nothing behind.
  private func expectRefusals(
    in folder: String, _ program: String, megabytes: Int,
    _ arguments: (_ path: String, _ output: String) -> [String]
  ) throws {
    let files = try Hostile.all(in: folder)
    try withTemporaryFolder { (output) throws in
      for file in files {
        let work = try runBounded(
          program, arguments(file.path, output), megabytes: megabytes)
        // Which of the two is tested where the reader is: a program in an archive may be corrupt
        // where its weights are only not supported.
        let statuses = [2, 3].contains(file.status) ? [2, 3] : [file.status]
        #expect(statuses.contains(work.status), "\(file.path): \(work.errors)")
        // Some are sound, but ask for memory that nobody needs.
        if file.status == 0 {
          #expect(work.errors.isEmpty)
          continue
        }
        #expect(work.failure != nil, "\(file.path): \(work.errors)")
        #expect(names(in: output).filter { $0 != "out.png" }.isEmpty, "\(file.path)")
      }
    }
  }

  /// A tensor may take 64 MiB whatever the file's size, constants of an ONNX model 4 million numbers.
  @Test(arguments: ["hostile", "hostile-archives", "hostile-onnx", "hostile-graphs"])
  func models(folder: String) throws {
    try expectRefusals(
      in: "ImportersTests/Fixtures/\(folder)", rescancPath, megabytes: 512
    ) { path, output in
      path.hasSuffix(".npy")
        ? ["run", Sample.checkpoint("gru-full-se-c8-d5-s2-40x33"), "--input", "image=\(path)"]
          + ["--output-dir", "\(output)/x"]
        : ["compile", path, "--emit", "object", "-o", "\(output)/x"]
    }
  }

  /// A picture of 16 million pixels in 43 KB takes 50 MB until it is refused for its scans.
  @Test func picturesAndVideos() throws {
    try expectRefusals(
      in: "RuntimeTests/Fixtures/hostile", Emitted.path, megabytes: 96
    ) { path, output in
      [path, output + (path.hasSuffix(".y4m") ? "/out.y4m" : "/out.png"), "--threads", "1"]
    }
  }

  /// The bounds are there: a sound model does not compile within too few.
  @Test func boundsHold() throws {
    try withTemporaryFolder { (folder) throws in
      let command = ["compile", Sample.model, "--emit", "object", "-o", "\(folder)/x"]
      #expect(try runBounded(rescancPath, command, megabytes: 16).status != 0)
      #expect(names(in: folder).isEmpty)
    }
  }
}
