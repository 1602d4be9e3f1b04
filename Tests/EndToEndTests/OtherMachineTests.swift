import Foundation
import TestSupport
import Testing

/// Programs for other machines and for several CPUs, compiled and run as users do.
@Suite(.timeLimit(.minutes(60)))
struct OtherMachineTests {
  private static let network = Sample.checkpoint("prenet-gru-c4-s3-13x21")

  @Test func aProgramSaysWhichVersionItTakes() throws {
    try withTemporaryFolder { (folder) throws in
      let program = "\(folder)/derain"
      let compilation = try rescanc(
        "compile", Self.network, "--target", "x86_64-linux-gnu", "-o", program)
      try #require(compilation.status == 0, "\(compilation.errors)")
      let info = try run(program, ["--info"])
      #expect(info.text.contains("cpu: x86-64:dispatch (x86-64)\n"))
      #expect(info.text.contains("version for this machine: x86-64"))
      let forced = try run("/usr/bin/env", ["RESCANC_CPU=x86-64", program, "--info"])
      #expect(forced.text.contains("version for this machine: x86-64\n"))
      let wrong = try run("/usr/bin/env", ["RESCANC_CPU=i386", program, "--info"])
      #expect(wrong.status == 64)
      #expect(try #require(wrong.failure).contains("i386"))
    }
  }

  @Test(.enabled(if: OtherMachine.aarch64.hasCodecs, OtherMachine.aarch64.remedy))
  func aPhotoComesOutTheSame() throws {
    try withTemporaryFolder { (folder) throws in
      let (program, photo) = ("\(folder)/derain", "\(folder)/out.png")
      let compilation = try rescanc(
        "compile", Self.network, "--target", "aarch64-linux-gnu", "-o", program)
      try #require(compilation.status == 0, "\(compilation.errors)")
      let emulated = try run(
        "/usr/bin/env", ["qemu-aarch64", program, Sample.small, photo])
      #expect(emulated.status == 0 && emulated.errors.isEmpty, "\(emulated.errors)")
      let here = "\(folder)/here.png"
      #expect(try rescanc("derain", Sample.small, here, "--model", Self.network).status == 0)
      let photos = try [photo, here].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      #expect(photos[0] == photos[1])
    }
  }

  @Test(.enabled(if: OtherMachine.aarch64.hasTools, OtherMachine.aarch64.remedy))
  func librariesForAArch64() throws { try tryLibraries(for: .aarch64, wheel: "aarch64") }

  @Test(.enabled(if: OtherMachine.arm.hasTools, OtherMachine.arm.remedy))
  func librariesForARM() throws { try tryLibraries(for: .arm, wheel: "armv7l") }

  @Test(.enabled(if: OtherMachine.riscv.hasTools, OtherMachine.riscv.remedy))
  func librariesForRISCV() throws { try tryLibraries(for: .riscv, wheel: "riscv64") }

  /// Every kind of library, used by a C program whose picture is that of this machine.
  private func tryLibraries(for machine: OtherMachine, wheel architecture: String) throws {
    try withTemporaryFolder { (folder) throws in
      let picture = Array("P6\n9 7\n255\n".utf8) + (0..<189).map { UInt8($0) }
      try Data(picture).write(to: URL(fileURLWithPath: "\(folder)/rainy.ppm"))
      try succeed("mkdir here there && cp $1/examples/c/clean.c .", in: folder, repositoryFolder)
      try compile("shared", "\(folder)/here/libderain.so")
      try succeed(
        "cc clean.c -Ihere -Lhere -lderain -Wl,-rpath,here -o clean && "
          + "./clean rainy.ppm wanted.ppm", in: folder)
      for (emission, file) in [
        ("shared", "libderain.so"), ("archive", "libderain.a"), ("frei0r", "plugin.so"),
        ("wheel", ""),
      ] {
        try compile(emission, "\(folder)/there/\(file)", "--target", machine.triple)
      }
      for (options, root) in [
        ("there/libderain.so -Wl,-rpath,there", "-L \(machine.root)"),
        ("-static there/libderain.a -lpthread -lm", ""),
      ] {
        try succeed(
          "\(machine.compiler) clean.c -Ithere \(options) -o clean && "
            + "\(machine.emulator) \(root) clean rainy.ppm got.ppm",
          in: folder)
        // Vectors of other widths may take another schedule, and a sample be rounded otherwise.
        let pictures = try ["got", "wanted"].map { name in
          try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).ppm"))
        }
        try #require(pictures[0].count == pictures[1].count)
        #expect(zip(pictures[0], pictures[1]).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
      }
      try checkNames(in: folder, machine)
      #expect(names(in: "\(folder)/there").contains { $0.hasSuffix("_\(architecture).whl") })
    }
  }

  /// What libraries show is what their users call.
  private func checkNames(in folder: String, _ machine: OtherMachine) throws {
    let nm = machine.compiler.dropLast("gcc".count) + "nm"
    for (command, start) in [
      ("\(nm) -g --defined-only there/libderain.a", "derain_"),
      ("\(nm) -D --defined-only there/libderain.so", "derain_"),
      ("\(nm) -D --defined-only there/plugin.so", "f0r_"),
    ] {
      let lines = try shell(command, in: folder).text.split(separator: "\n")
      let symbols = lines.map { $0.split(separator: " ") }.filter { $0.count == 3 }
      #expect(symbols.count >= 7 && symbols.allSatisfy { $0[2].hasPrefix(start) }, "\(symbols)")
    }
  }

  @Test func librariesForWebAssembly() throws {
    try withTemporaryFolder { (folder) throws in
      let work = try rescanc(
        "compile", Self.network, "--target", "wasm32-wasi", "--emit", "archive", "-o",
        "\(folder)/libderain.a")
      #expect(work.status == 3)
      #expect(try #require(work.failure).contains("--emit exe or object"))
      #expect(names(in: folder).isEmpty)
    }
  }

  /// Frames through files and pipes; a sample may be rounded otherwise where nothing is fused.
  @Test(.enabled(if: OtherMachine.webAssembly.hasCodecs, OtherMachine.webAssembly.remedy))
  func videoForWebAssembly() throws {
    try withTemporaryFolder { (folder) throws in
      let program = "\(folder)/derain.wasm"
      let compilation = try rescanc(
        "compile", Self.network, "--target", "wasm32-wasi", "-o", program)
      try #require(compilation.status == 0, "\(compilation.errors)")
      var clip = Data("YUV4MPEG2 W20 H14 F25:1 C420jpeg\n".utf8)
      for frame in 0..<4 {
        clip += Data("FRAME\n".utf8)
        for sample in 0..<420 { clip.append(UInt8(60 + (sample * 7 + frame) % 99)) }
      }
      try clip.write(to: URL(fileURLWithPath: "\(folder)/in.y4m"))
      let host = "node --no-warnings $1/Tests/ReferenceTests/Cross/wasi.mjs $2"
      try succeed(
        "\(host) $PWD/in.y4m $PWD/file.y4m && \(host) - - < in.y4m > pipe.y4m", in: folder,
        repositoryFolder, program)
      let here = "\(folder)/here.y4m"
      #expect(
        try rescanc("derain", "\(folder)/in.y4m", here, "--model", Self.network).status == 0)
      let clips = try ["file.y4m", "pipe.y4m", "here.y4m"].map {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))
      }
      #expect(clips[0] == clips[1] && clips[0] != clip)
      try #require(clips[0].count == clips[2].count)
      #expect(zip(clips[0], clips[2]).allSatisfy { abs(Int($0) - Int($1)) <= 1 })

      try clip.dropLast(100).write(to: URL(fileURLWithPath: "\(folder)/cut.y4m"))
      let cut = try shell(
        "\(host) $PWD/cut.y4m $PWD/kept.y4m", in: folder, repositoryFolder, program)
      #expect(cut.status == 2)
      #expect(try #require(cut.failure).contains("frame 4 ends after 320 of 420 bytes"))
      let kept = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/kept.y4m"))
      #expect(kept == clips[0].dropLast(426))
    }
  }

  private func compile(_ emission: String, _ file: String, _ options: String...) throws {
    let work = try rescanc(["compile", Self.network, "--emit", emission, "-o", file] + options)
    try #require(work.status == 0, "\(emission): \(work.errors)")
  }
}
