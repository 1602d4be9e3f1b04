import Codegen
import Foundation
import GraphIR
import TestSupport
import Testing

/// A CPU whose programs an emulator runs here.
struct ForeignMachine: Sendable, CustomTestStringConvertible {
  let triple: String
  let cpu: String
  /// The emulator with its arguments.
  let emulator: [String]

  var testDescription: String { "\(triple), \(cpu)" }

  static let all = [
    ForeignMachine(
      triple: "aarch64-linux-gnu", cpu: "armv8-a", emulator: ["qemu-aarch64"]),
    ForeignMachine(
      triple: "armv7-linux-gnueabihf", cpu: "cortex-a7",
      emulator: ["qemu-arm", "-cpu", "cortex-a7"]),
    ForeignMachine(
      triple: "armv7-linux-gnueabihf", cpu: "cortex-a9",
      emulator: ["qemu-arm", "-cpu", "cortex-a9"]),
    ForeignMachine(
      triple: "riscv64-linux-gnu", cpu: "rv64gc", emulator: ["qemu-riscv64"]),
    ForeignMachine(
      triple: "riscv64-linux-gnu", cpu: "rv64gcv",
      emulator: ["qemu-riscv64", "-cpu", "rv64,v=true,vext_spec=v1.0,vlen=256"]),
    ForeignMachine(
      triple: "wasm32-wasi", cpu: "simd128",
      emulator: ["node", "--no-warnings", "\(crossFolder)/wasi.mjs"]),
    ForeignMachine(
      triple: "wasm32-wasi", cpu: "mvp",
      emulator: ["node", "--no-warnings", "\(crossFolder)/wasi.mjs"]),
  ]

  /// Those for which compiler, C library and emulator are installed.
  static let available = all.filter { machine in
    let program = try? machine.link(Data("int main(void) { return 0; }".utf8), named: "try.c")
    return program.map { (try? machine.run($0, [], input: Data())) != nil } ?? false
  }

  private static let crossFolder = "\(repositoryFolder)/Tests/ReferenceTests/Cross"
  static let runtime = "\(repositoryFolder)/Sources/Runtime"
  /// The sources of the runtime that know neither pictures nor the command line.
  private static let core = [
    "arena", "cpu", "error", "extents", "cpu_features", "memory", "pool", "session", "thread",
    "versions",
  ]
  /// What a program that runs networks consists of, besides the network.
  static let sources = core.map { "\(runtime)/\($0).c" } + ["\(crossFolder)/run.c"]

  /// A program from an object file for this machine, which exports a network.
  func link(network object: Data) throws -> Data {
    try link(object, named: "network.o", with: Self.sources)
  }

  /// A program from a file and C sources.
  private func link(_ bytes: Data, named name: String, with sources: [String] = []) throws -> Data {
    let architecture = try #require(Architecture.named(triple))
    let command = try architecture.compileCommand(
      runtime: Self.runtime, environment: ProcessInfo.processInfo.environment)
    return try withTemporaryFolder { (folder) throws in
      try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      _ = try execute(
        command.start + ["-I\(Self.runtime)/include", "\(folder)/\(name)"] + sources + command.end
          + ["-o", "\(folder)/program"])
      return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/program"))
    }
  }

  /// What a program for this machine writes.
  func run(_ program: Data, _ arguments: [String], input: Data) throws -> Data {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/program"
      try program.write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      return try execute(emulator + [path] + arguments, input: input)
    }
  }
}

/// A program that failed, with what it said.
struct ProgramFailure: Error {
  var command: [String]
  var errors: String
}

/// Runs a command and gives its output.
func execute(_ command: [String], input: Data = Data(), environment: [String: String] = [:]) throws
  -> Data
{
  try withTemporaryFolder { (folder) throws in
    let files = ["in", "out", "err"].map { URL(fileURLWithPath: "\(folder)/\($0)") }
    try input.write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = environment.map { "\($0)=\($1)" } + command
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
      throw ProgramFailure(command: command, errors: errors)
    }
    return try Data(contentsOf: files[1])
  }
}
