import Foundation
import TestSupport
import Testing

/// Programs of the system that some tests need.
enum Tools {
  /// The path of a program on `PATH`.
  static func path(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile(atPath:))
  }

  static let hasFFmpeg = path("ffmpeg") != nil
  /// Whether ffmpeg was built with the filter that loads frei0r plug-ins.
  static let hasFrei0r =
    hasFFmpeg
    && (try? run("/usr/bin/env", ["ffmpeg", "-v", "error", "-filters"]))?.text.contains(" frei0r ")
      == true
  static let hasCMake = path("cmake") != nil
  static let hasCxx = path("c++") != nil
  static let hasSwift = path("swift") != nil
  /// Whether `inspect` finds the library of graphviz.
  static let hasGraphviz =
    (try? rescanc("doctor"))?.text.contains(/graphviz +ok/) == true

  /// A Python that can make environments and whose environments have NumPy and pip: that on `PATH`
  /// or the system's.
  static let python: String? = [path("python3"), "/usr/bin/python3"].compactMap(\.self).first {
    let check = try? run($0, ["-c", "import ctypes, ensurepip, numpy, pip, venv"])
    return check?.status == 0
  }
}

/// A kind of machine for which this one may have a compiler and an emulator.
struct OtherMachine: Sendable, CustomTestStringConvertible {
  let triple: String
  let compiler: String
  let emulator: String

  var testDescription: String { triple }

  static let aarch64 = OtherMachine(
    triple: "aarch64-linux-gnu", compiler: "aarch64-linux-gnu-gcc", emulator: "qemu-aarch64")
  static let arm = OtherMachine(
    triple: "armv7-linux-gnueabihf", compiler: "arm-linux-gnueabihf-gcc", emulator: "qemu-arm")
  static let riscv = OtherMachine(
    triple: "riscv64-linux-gnu", compiler: "riscv64-linux-gnu-gcc", emulator: "qemu-riscv64")
  static let webAssembly = OtherMachine(
    triple: "wasm32-wasi", compiler: "wasm-ld", emulator: "node")

  /// Whether programs without pictures can be made and run here.
  var hasTools: Bool { Tools.path(compiler) != nil && Tools.path(emulator) != nil }

  /// Whether the libraries for pictures are there too.
  var hasCodecs: Bool {
    hasTools
      && FileManager.default.fileExists(
        atPath: "\(repositoryFolder)/.build/cross/\(triple)/lib/libpng16.a")
  }

  /// Why tests are skipped where it is not so.
  var remedy: Comment { "run Scripts/setup \(triple) for \(compiler), \(emulator) and libraries" }

  /// Where Debian has the machine's C library.
  var root: String { "/usr/" + compiler.split(separator: "-").dropLast().joined(separator: "-") }
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
