import Foundation
import TestSupport
import Testing

/// What a program did.
struct ProgramRun {
  let status: Int32
  let output: Data
  let errors: String

  var text: String { String(decoding: output, as: UTF8.self) }

  /// The message of a program that failed with one line and nothing else; else nil.
  var failure: String? {
    let lines = errors.split(separator: "\n", omittingEmptySubsequences: false)
    let start = "rescanc: error: "
    guard lines.count == 2, lines[0].hasPrefix(start), lines[1].isEmpty else { return nil }
    return String(lines[0].dropFirst(start.count))
  }
}

/// A program that ran longer than it may.
struct TimedOut: Error {}

/// Runs a program; what it reads and writes goes through files, so that nothing waits for a reader.
func run(
  _ program: String, _ arguments: [String], input: Data = Data(), seconds: Double = 120
) throws -> ProgramRun {
  try withTemporaryFolder { (folder) throws in
    let files = ["in", "out", "err"].map { URL(fileURLWithPath: "\(folder)/\($0)") }
    try input.write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    guard ended.wait(timeout: .now() + seconds) == .success else {
      process.terminate()
      throw TimedOut()
    }
    // A program that a signal ended gives the status of a shell, which no test expects.
    let status = process.terminationStatus
    return ProgramRun(
      status: process.terminationReason == .exit ? status : 128 + status,
      output: try Data(contentsOf: files[1]),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }
}

/// Runs the compiler that was built beside the tests.
func rescanc(_ arguments: String...) throws -> ProgramRun { try rescanc(arguments) }

/// Runs the compiler that was built beside the tests.
func rescanc(_ arguments: [String]) throws -> ProgramRun { try run(rescancPath, arguments) }

/// The path of the compiler that was built beside the tests.
var rescancPath: String {
  get throws {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = URL(fileURLWithPath: own).deletingLastPathComponent().path
    let places = ["\(folder)/rescanc", "\(repositoryFolder)/.build/release/rescanc"]
    let found = places.first(where: FileManager.default.isExecutableFile(atPath:))
    return try #require(found, "rescanc is not built: swift build -c release")
  }
}

/// Places of what the tests read.
enum Sample {
  static let model = "\(repositoryFolder)/models/rescan-gru.safetensors"
  static let rainy = "\(repositoryFolder)/models/samples/scene-rainy.png"
  static let clean = "\(repositoryFolder)/models/samples/scene-clean.png"
  /// 31 × 24 pixels.
  static let small = "\(repositoryFolder)/Tests/RuntimeTests/Fixtures/scored-rainy.png"

  /// A small network's checkpoint.
  static func checkpoint(_ name: String) -> String {
    "\(repositoryFolder)/Tests/ReferenceTests/Fixtures/\(name)/checkpoint.pth"
  }
}

/// The shipped model as a program, compiled once for all tests.
enum Emitted {
  private static let compilation: Result<(path: String, seconds: Double), any Error> = Result {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rescanc-test-program-\(getpid())").path
    let start = ContinuousClock.now
    let run = try rescanc("compile", Sample.model, "-o", path)
    try #require(run.status == 0, "\(run.errors)")
    atexit { removeProgram() }
    return (path, (ContinuousClock.now - start) / .seconds(1))
  }

  static var path: String { get throws { try compilation.get().path } }
  static var name: String { get throws { URL(fileURLWithPath: try path).lastPathComponent } }
  static var seconds: Double { get throws { try compilation.get().seconds } }

  /// Runs the program.
  static func run(_ arguments: String..., input: Data = Data()) throws -> ProgramRun {
    try EndToEndTests.run(path, arguments, input: input)
  }
}

private func removeProgram() {
  guard let path = try? Emitted.path else { return }
  try? FileManager.default.removeItem(atPath: path)
}
