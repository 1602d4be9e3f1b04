import Foundation
import TestSupport
import Testing

/// The shipped model, compiled and run as users do.
@Suite(.timeLimit(.minutes(60)))
struct EmittedProgramTests {
  @Test func isSmallStaticAndCompiledFast() throws {
    let file = try Data(contentsOf: URL(fileURLWithPath: Emitted.path))
    #expect(file.count < 5_000_000)
    #expect(try !needsLoader(file))
    // A tenth of that on a quiet machine.
    #expect(try Emitted.seconds < 60)
  }

  /// Whether an ELF file asks for a dynamic loader, by the segment of type 3.
  private func needsLoader(_ file: Data) throws -> Bool {
    let bytes = [UInt8](file)
    try #require(bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]))
    func number(_ offset: Int, _ count: Int) -> Int {
      bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let (start, size, count) = (number(32, 8), number(54, 2), number(56, 2))
    return (0..<count).contains { number(start + $0 * size, 4) == 3 }
  }

  @Test func describesItself() throws {
    let run = try Emitted.run("--info")
    #expect(run.status == 0)
    for line in [
      "model: rescan-gru.safetensors\n", "digest: sha256:", "family: rescan\n", "stages: 4\n",
      "outputs: stage_1, stage_2, stage_3, derained\n", "target: x86_64", "cpu: native",
      "precision: f32\n", "options: none\n", "llvm: ", "version: rescanc ",
    ] {
      #expect(run.text.contains(line), "\(line)")
    }
    #expect(try Emitted.run("--version").text.hasPrefix("\(Emitted.name) rescanc "))
  }

  @Test func removesRain() throws {
    try withTemporaryFolder { (folder) throws in
      let run = try Emitted.run(Sample.rainy, "\(folder)/out.png", "--compare", Sample.clean)
      #expect(run.status == 0 && run.errors.isEmpty)
      let scores = run.text.matches(of: /(\d+\.\d+) dB/).compactMap { Double($0.output.1) }
      try #require(scores.count == 2)
      // As PyTorch scores the model, see models/README.md.
      #expect(abs(scores[0] - 20.06) < 0.01)
      #expect(abs(scores[1] - 28.27) < 0.01)
      #expect(names(in: folder) == ["out.png"])
    }
  }

  @Test func writesEveryStage() throws {
    try withTemporaryFolder { (folder) throws in
      let run = try Emitted.run(Sample.small, "\(folder)/out.png", "--all-stages")
      #expect(run.status == 0)
      let files = ["out.png", "out_1.png", "out_2.png", "out_3.png", "out_4.png"]
      #expect(names(in: folder) == files)
      let images = try files.map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")) }
      #expect(images[0] == images[4])
      #expect(Set(images).count == 4)
    }
  }

  @Test func stagesCostNothingWhereTheyAreNotWanted() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(try Emitted.run(Sample.small, "\(folder)/a.png", "--all-stages").status == 0)
      #expect(try Emitted.run(Sample.small, "\(folder)/b.png").status == 0)
      let files = try ["a", "b"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).png"))
      }
      #expect(files[0] == files[1])
    }
  }

  @Test func standardStreams() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(try Emitted.run(Sample.small, "\(folder)/out.png").status == 0)
      let input = try Data(contentsOf: URL(fileURLWithPath: Sample.small))
      let run = try Emitted.run("-", "-", input: input)
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(try run.output == Data(contentsOf: URL(fileURLWithPath: "\(folder)/out.png")))
    }
  }

  @Test func foldersWithABadFile() throws {
    try withTemporaryFolder { (folder) throws in
      let input = "\(folder)/in"
      try FileManager.default.createDirectory(
        atPath: input, withIntermediateDirectories: false)
      for name in ["a.png", "c.png"] {
        try FileManager.default.copyItem(atPath: Sample.small, toPath: "\(input)/\(name)")
      }
      try Data("no image".utf8).write(to: URL(fileURLWithPath: "\(input)/b.png"))
      let run = try Emitted.run(input, "\(folder)/out")
      #expect(run.status == 1)
      #expect(run.errors.contains("\(input)/b.png: "))
      #expect(names(in: "\(folder)/out") == ["a.png", "c.png"])
    }
  }

  @Test func damagedPhotosAndWrongUsage() throws {
    try withTemporaryFolder { (folder) throws in
      let photo = try Data(contentsOf: URL(fileURLWithPath: Sample.small))
      try photo.prefix(1000).write(to: URL(fileURLWithPath: "\(folder)/cut.png"))
      let output = "\(folder)/out.png"
      for (arguments, status) in [
        (["\(folder)/cut.png", output], 2), (["\(folder)/none.png", output], 1),
        ([Sample.small, "\(folder)/none/out.png"], 1), ([Sample.small, "\(folder)/out.xyz"], 64),
        ([Sample.small, output, "--thread", "2"], 64), ([Sample.small], 64),
      ] as [([String], Int32)] {
        let run = try EndToEndTests.run(Emitted.path, arguments)
        #expect(run.status == status, "\(arguments)")
        #expect(run.failure != nil, "\(run.errors)")
        #expect(names(in: folder) == ["cut.png"])
      }
    }
  }

  @Test func derainDoesTheSameWithoutAProgram() throws {
    try withTemporaryFolder { (folder) throws in
      #expect(try Emitted.run(Sample.small, "\(folder)/a.png", "--all-stages").status == 0)
      let run = try rescanc("derain", Sample.small, "\(folder)/b.png", "--all-stages")
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      for suffix in ["", "_1", "_2", "_3", "_4"] {
        let files = try ["a", "b"].map {
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)\(suffix).png"))
        }
        #expect(files[0] == files[1], "\(suffix)")
      }
    }
  }
}
