import ArgumentParser
import Foundation
import RescancCommands
import Synchronization
import TestSupport

/// What a command line did.
struct CommandRun {
  let status: Int32
  let output: String
  let errors: String

  /// Runs a command line in this process.
  init(_ arguments: String...) { self.init(arguments) }

  /// Runs a command line in this process.
  init(_ arguments: [String]) {
    let output = Mutex<[UInt8]>([])
    let errors = Mutex("")
    let streams = Streams(
      output: { bytes in output.withLock { $0 += bytes } },
      error: { text in errors.withLock { $0 += text } })
    status = Streams.$current.withValue(streams) { execute(arguments: arguments, with: Root.self) }
    self.output = output.withLock { String(decoding: $0, as: UTF8.self) }
    self.errors = errors.withLock { $0 }
  }

  /// The message of a command that failed; nil where there is not exactly one.
  var failure: String? {
    let lines = errors.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { $0.hasPrefix("rescanc: error: ") }
    guard lines.count == 1, errors.hasSuffix("\n") else { return nil }
    return String(lines[0].dropFirst("rescanc: error: ".count))
  }
}

/// The command line of `rescanc`.
struct Root: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rescanc", version: versionText, subcommands: commands)
}

/// The checkpoint of a small network with known results.
func checkpoint(_ name: String) -> String {
  "\(repositoryFolder)/Tests/ReferenceTests/Fixtures/\(name)/checkpoint.pth"
}

/// A GRU of 3 layers and 8 channels, compiled in no time.
let smallCheckpoint = checkpoint("gru-full-se-c8-d5-s2-40x33")

/// The model that comes with the compiler.
let shippedModel = "\(repositoryFolder)/models/rescan-gru.safetensors"
