import Foundation
import Importers
import RescancCommands
import TestSupport
import Testing

/// `compile` in all its forms, on a small network.
struct CompileTests {
  private func compile(_ folder: String, _ options: String...) -> CommandRun {
    CommandRun(
      ["compile", smallCheckpoint, "--stages", "2", "-o", "\(folder)/x", "--cpu", "x86-64-v2"]
        + options)
  }

  @Test func executable() throws {
    try withTemporaryFolder { (folder) throws in
      let run = compile(folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(names(in: folder) == ["x"])
      #expect(FileManager.default.isExecutableFile(atPath: "\(folder)/x"))
      #expect(try readFile(path: "\(folder)/x").starts(with: [0x7F, 0x45, 0x4C, 0x46]))
    }
  }

  @Test func equalInputsGiveEqualPrograms() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(compile(folder).status == 0)
      let first = try readFile(path: "\(folder)/x")
      #expect(compile(folder).status == 0)
      #expect(try readFile(path: "\(folder)/x") == first)
    }
  }

  @Test func object() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(compile(folder, "--emit", "object").status == 0)
      let bytes = try readFile(path: "\(folder)/x")
      #expect(bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]))
      #expect(bytes.contains("rescan_model".utf8))
      #expect(!bytes.contains("rescan_main".utf8))
      #expect(!FileManager.default.isExecutableFile(atPath: "\(folder)/x"))
    }
  }

  @Test(arguments: [("llvm-ir", "define "), ("assembly", ".globl\trescan_model")])
  func text(emission: String, part: String) {
    let run = CommandRun(
      "compile", smallCheckpoint, "-o", "-", "--cpu", "baseline", "--emit", emission)
    #expect(run.status == 0)
    #expect(run.output.contains(part))
  }

  @Test func programsOfferTheImageOfEveryStage() {
    let run = CommandRun(
      "compile", smallCheckpoint, "--stages", "3", "-o", "-", "--emit", "llvm-ir")
    // Only executables are arranged for the command line; an object keeps the model's outputs.
    #expect(run.output.contains("outputs: derained\\0A"))
  }

  @Test(
    arguments: [
      (["--with", "cmake"], 64, "--with"), (["--emit", "frei0r", "--with", "cmake"], 64, "--with"),
      (["--emit", "shared", "--with", "make"], 64, "make"),
      (["--emit", "shared", "-o", "-"], 64, "a file"),
      (["--emit", "wheel"], 64, "derain-0.1.0-py3-none-PLATFORM.whl"),
      (["--precision", "f8"], 64, "f32"), (["--cpu", "8086"], 64, "x86-64-v3"),
      (["--target", "wasm32"], 3, "x86_64"), (["--emti", "exe"], 64, "--emit"),
      (["--target", "aarch64-linux-gn"], 3, "did you mean aarch64-linux-gnu?"),
      (["--target", "riscv64-linux-gnu", "--cpu", "rv64gv"], 64, "did you mean rv64gc?"),
      (["--target", "wasm32-wasi", "--cpu", "native"], 64, "simd128"),
      (["--emit", "execution"], 64, "llvm-ir"), (["--stages", "0"], 64, "1 to 64"),
      (["--frame", "half"], 64, "full or add"), (["--family", "rain"], 64, "rescan"),
      (["--outputs", "rain_9"], 3, "rain_1"), (["extra"], 64, "extra"),
    ] as [([String], Int32, String)])
  func refusals(options: [String], status: Int32, hint: String) throws {
    try withTemporaryFolder { (folder) throws in
      let run = CommandRun(["compile", smallCheckpoint, "-o", "\(folder)/x"] + options)
      #expect(run.status == status)
      #expect(try #require(run.failure).contains(hint))
      #expect(names(in: folder).isEmpty)
    }
  }

  @Test func foldersThatAreNotThere() throws {
    let run = CommandRun("compile", smallCheckpoint, "-o", "/no/such/folder/x")
    #expect(run.status == 1)
    #expect(try #require(run.failure).hasPrefix("/no/such/folder/x: "))
  }

  @Test func graphsWithoutWeights() throws {
    try withTemporaryFolder { (folder) throws in
      let graph = CommandRun("inspect", smallCheckpoint, "--format", "text").output
      try writeFile(path: "\(folder)/net.graph", Array(graph.utf8))
      let run = CommandRun("compile", "\(folder)/net.graph", "-o", "\(folder)/x")
      #expect(run.status == 3)
      #expect(try #require(run.failure).contains("has no elements"))
    }
  }

  @Test func targetsForScripts() throws {
    let run = CommandRun("targets", "--json")
    #expect(run.status == 0 && run.errors.isEmpty)
    struct Machine: Decodable { var target: String; var cpus: [String] }
    let machines = try JSONDecoder().decode([Machine].self, from: Data(run.output.utf8))
    let table = CommandRun("targets").output.split(separator: "\n")
    #expect(machines.count == table.count && machines.count > 3)
    for (machine, line) in zip(machines, table) {
      #expect(line.hasPrefix("\(machine.target) "))
      #expect(line.hasSuffix(" \(machine.cpus.joined(separator: ", "))"))
    }
  }
}
