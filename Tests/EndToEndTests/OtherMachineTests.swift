import Foundation
import TestSupport
import Testing

/// Programs for other machines and for several CPUs, compiled and run as users do.
@Suite(.timeLimit(.minutes(5)))
struct OtherMachineTests {
  private static let network = Sample.checkpoint("prenet-gru-c4-s3-13x21")
  private static let emulator = "/usr/bin/qemu-aarch64"
  private static let isReady =
    FileManager.default.isExecutableFile(atPath: emulator)
    && FileManager.default.fileExists(
      atPath: "\(repositoryFolder)/.build/cross/aarch64-linux-gnu/lib/libpng16.a")

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

  @Test(
    .enabled(
      if: isReady,
      "run Scripts/setup aarch64-linux-gnu for gcc-aarch64-linux-gnu, qemu-user and the libraries"))
  func aPhotoComesOutTheSame() throws {
    try withTemporaryFolder { (folder) throws in
      let (program, photo) = ("\(folder)/derain", "\(folder)/out.png")
      let compilation = try rescanc(
        "compile", Self.network, "--target", "aarch64-linux-gnu", "-o", program)
      try #require(compilation.status == 0, "\(compilation.errors)")
      let emulated = try run(Self.emulator, [program, Sample.small, photo])
      #expect(emulated.status == 0 && emulated.errors.isEmpty, "\(emulated.errors)")
      let here = "\(folder)/here.png"
      #expect(try rescanc("derain", Sample.small, here, "--model", Self.network).status == 0)
      let photos = try [photo, here].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      #expect(photos[0] == photos[1])
    }
  }
}
