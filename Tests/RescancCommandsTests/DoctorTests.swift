import Foundation
import RescancCommands
import TestSupport
import Testing

/// What `doctor` finds, and what it says where something is not there.
struct DoctorTests {
  private func findings(in folder: String, _ environment: [String: String]) throws -> [String:
    Finding]
  {
    let installation = Installation(executable: "\(folder)/rescanc", environment: environment)
    let findings = try Examination(installation).findings
    return Dictionary(uniqueKeysWithValues: findings.map { ($0.name, $0) })
  }

  @Test func nothingIsInstalled() throws {
    try withTemporaryFolder { (folder) throws in
      let findings = try findings(in: folder, ["PATH": folder, "RESCANC_MODELS": folder])
      for name in ["runtime library", "C compiler", "programs", "shipped model"] {
        #expect(findings[name]?.status == .missing)
        #expect(findings[name]?.remedy != nil)
      }
      for name in ["system", "cpu", "vectors", "LLVM", "BLAS"] {
        #expect(findings[name]?.status == .ok)
      }
      #expect(findings["target aarch64-linux-gnu"]?.status == .absent)
      #expect(try #require(findings["C compiler"]?.remedy).contains("apt-get install"))
    }
  }

  /// Writes a compiler that compiles nothing.
  private func writeCompiler(_ path: String) throws {
    try Data("#!/bin/sh\necho 'error: no such luck' >&2; exit 1\n".utf8)
      .write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// A compiler without headers is no help, even where the libraries for pictures are there.
  @Test func aCompilerWithoutACLibrary() throws {
    try withTemporaryFolder { (folder) throws in
      try writeCompiler("\(folder)/aarch64-linux-gnu-gcc")
      let (runtime, libraries) = ("\(folder)/Sources/Runtime", "\(folder)/aarch64-linux-gnu/lib")
      for place in ["\(runtime)/include", libraries] {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      }
      let files =
        ["command.c", "include/rescan_runtime.h"].map { "\(runtime)/\($0)" }
        + ["libpng16.a", "libjpeg.a", "libz.a"].map { "\(libraries)/\($0)" }
      for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
      let finding = try #require(
        try findings(in: folder, ["PATH": folder, "RESCANC_CROSS": folder])[
          "target aarch64-linux-gnu"])
      #expect(finding.status == .absent)
      #expect(finding.detail == "\(folder)/aarch64-linux-gnu-gcc has no C library for it")
      #expect(try #require(finding.remedy).contains("libc6-dev-arm64-cross"))
    }
  }

  @Test func aCompilerThatFails() throws {
    try withTemporaryFolder { (folder) throws in
      let tool = "\(folder)/cc"
      try writeCompiler(tool)
      try Data().write(to: URL(fileURLWithPath: "\(folder)/libRescanRuntime.a"))
      let findings = try findings(in: folder, ["PATH": folder])
      #expect(findings["C compiler"]?.detail == tool)
      #expect(try #require(findings["programs"]?.detail).contains("no such luck"))
    }
  }
}
