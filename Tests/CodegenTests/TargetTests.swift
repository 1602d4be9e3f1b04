import Codegen
import Foundation
import GraphIR
import NativeTestSupport
import TestSupport
import Testing

struct TargetTests {
  /// A machine with one of its CPUs.
  struct Choice: Sendable, CustomTestStringConvertible {
    var triple: String
    var cpu: String
    var testDescription: String { "\(triple), \(cpu)" }

    static let all = Architecture.all.flatMap { architecture in
      architecture.cpuNames.map { Choice(triple: architecture.triple, cpu: $0) }
    }
  }

  /// Both schedules, a mean and arithmetic on one number per channel.
  private static let network = """
    graph @g(%x: f32[N, 4, H, W]) {
      %0 = conv2d %x, @w {pad: [1, 1, 1, 1]}
      %1 = sigmoid %0
      %2 = global_avg_pool %1
      %3 = tanh %2
      %4 = mul %1, %3
      return y: %4
    }
    weight @w : f32[8, 4, 3, 3]
    """

  private func emit(_ triple: String, _ cpu: String?, _ output: Compiler.Output) throws -> [UInt8] {
    let graph = fillingWeights(of: try Parser.parse(Self.network), seed: 1)
    let target = try Target.named(triple: triple, cpu: cpu)
    return try Compiler(Plan(graph.optimized(), for: target), info: ProgramInfo([])).emit(output)
  }

  /// What the headers of ELF files call the machines.
  private static let machines = [
    "x86_64-linux-gnu": 62, "aarch64-linux-gnu": 183, "armv7-linux-gnueabihf": 40,
    "riscv64-linux-gnu": 243,
  ]

  @Test(arguments: Choice.all)
  func `Every CPU gets an object file without a toolchain`(_ choice: Choice) throws {
    let object = try emit(choice.triple, choice.cpu, .object)
    guard let machine = Self.machines[choice.triple] else {
      return #expect(object.starts(with: [0, 0x61, 0x73, 0x6D]))
    }
    #expect(object.starts(with: [0x7F, 0x45, 0x4C, 0x46]))
    #expect(Int(object[18]) + Int(object[19]) << 8 == machine)
    let isNarrow = object[4] == 1
    #expect(isNarrow == (choice.triple == "armv7-linux-gnueabihf"))
    // Numbers go through the registers for double precision.
    if choice.triple == "riscv64-linux-gnu" { #expect(object[48] & 0x6 == 0x4) }
  }

  /// Convolutions enough that all cores ask for a code generator at once.
  private static func manyKernels() throws -> Graph {
    let outputs = (0..<8).map { index in "%\(index) = conv2d %x, @w\(index) {pad: [1, 1, 1, 1]}" }
    let weights = (0..<8).map { index in "weight @w\(index) : f32[\(index + 1), 4, 3, 3]" }
    return try Parser.parse(
      """
      graph @many(%x: f32[1, 4, H, W]) {
        \(outputs.joined(separator: "\n  "))
        return \((0..<8).map { "y\($0): %\($0)" }.joined(separator: ", "))
      }
      \(weights.joined(separator: "\n"))
      """)
  }

  @Test func `The first program of a process may be for another machine`() async {
    await #expect(processExitsWith: .success) {
      let graph = fillingWeights(of: try Self.manyKernels(), seed: 1)
      let target = try Target.named(triple: "riscv64-linux-gnu", cpu: nil)
      let plan = try Plan(graph.optimized(), for: target)
      _ = try Compiler(plan, info: ProgramInfo([])).objects(hasMain: false)
    }
  }

  @Test(arguments: [
    ("arm64-linux-gnu", "aarch64-linux-gnu"),
    ("aarch64-unknown-linux-gnu", "aarch64-linux-gnu"),
    ("arm-linux-gnueabihf", "armv7-linux-gnueabihf"),
    ("x86_64-pc-linux-gnu", "x86_64-linux-gnu"), ("wasm32-unknown-wasi", "wasm32-wasi"),
  ])
  func `A triple has several spellings`(_ spelling: String, _ triple: String) {
    #expect(Architecture.named(spelling)?.triple == triple)
  }

  @Test(arguments: ["x86_64", "aarch64-linux-musl", "x86_64-apple-darwin", "", "-"])
  func `Other triples are refused`(_ triple: String) {
    let error = #expect(throws: CodegenError.self) { try Target.named(triple: triple) }
    guard case .unknownTriple(triple, let known)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(known.count == 5)
  }

  @Test func `A machine that is no host has no native CPU`() throws {
    let foreign = try #require(Architecture.all.first { $0.triple != Architecture.host?.triple })
    #expect(throws: CodegenError.self) {
      try Target.named(triple: foreign.triple, cpu: "native")
    }
    #expect(try Target.named(triple: foreign.triple).cpuName == foreign.cpus[0].name)
  }

  @Test func `Versions share the weights that lie in the same order`() throws {
    func count(_ cpu: String?) throws -> Int {
      let text = String(decoding: try emit("x86_64-linux-gnu", cpu, .llvmIR), as: UTF8.self)
      return text.split(separator: "\n").count { $0.hasPrefix("@") && $0.contains(".packed") }
    }
    let narrow = try count("x86-64")
    #expect(try count("x86-64-v3") == narrow)
    #expect(try count(nil) <= narrow + count("x86-64-v4"))
  }
}

/// What is said where something is not installed.
struct CrossLinkTests {
  @Test func `Entry points pass numbers as the program does`() throws {
    let name = try #require(LibraryName(path: "libx.so"))
    let object = try EntryPoints.library(name, version: "1")
      .object(for: .named(triple: "riscv64-linux-gnu"))
    // Doubles in registers, by the flags in the ELF header.
    #expect(object[48] & 0x6 == 0x4)
  }

  private func message(_ triple: String, path: String, _ files: CrossFiles) throws -> String {
    let architecture = try #require(Architecture.named(triple))
    let error = #expect(throws: CodegenError.self) {
      try LinkRunner(for: architecture, files: files, environment: ["PATH": path])
    }
    return error.map { "\($0)" } ?? ""
  }

  private let files = CrossFiles(runtime: "\(repositoryFolder)/Sources/Runtime", codecs: [])

  @Test(arguments: ["aarch64-linux-gnu", "armv7-linux-gnueabihf", "riscv64-linux-gnu"])
  func `A missing compiler is named with its package`(_ triple: String) throws {
    let package = try #require(Architecture.named(triple)?.toolchain.packages[0])
    let message = try message(triple, path: "/nowhere", files)
    #expect(message.contains("apt-get install \(package)"))
    #expect(message.contains(triple))
  }

  @Test func `A missing library is named with the command that builds it`() throws {
    try withTemporaryFolder { (folder) throws in
      let compiler = "\(folder)/riscv64-linux-gnu-gcc"
      // It succeeds and finds no file. A script that was just written may not start: processes of
      // other tests that begin meanwhile hold it open.
      try FileManager.default.createSymbolicLink(
        atPath: compiler, withDestinationPath: "/bin/true")
      let message = try message("riscv64-linux-gnu", path: folder, files)
      #expect(message.contains("libpng16.a"))
      #expect(message.contains("Scripts/setup riscv64-linux-gnu"))
    }
  }

  @Test func `Missing sources of the runtime are named`() throws {
    let files = CrossFiles(runtime: "/nowhere", codecs: [])
    #expect(try message("aarch64-linux-gnu", path: "/nowhere", files).contains("/nowhere"))
  }
}
