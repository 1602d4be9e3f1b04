import Codegen
import Foundation
import RescancCommands
import TestSupport
import Testing

/// Where the compiler looks for the files that come with it, and for the linker.
struct InstallationTests {
  private func make(_ path: String) throws {
    let file = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: file)
  }

  @Test func installedUnderAPrefix() throws {
    try withTemporaryFolder { (folder) throws in
      try make("\(folder)/bin/rescanc")
      try make("\(folder)/lib/rescanc/libRescanRuntime.a")
      try make("\(folder)/share/rescanc/models/rescan-gru.safetensors")
      let installation = Installation(executable: "\(folder)/bin/rescanc", environment: [:])
      #expect(installation.runtimeLibrary == "\(folder)/lib/rescanc/libRescanRuntime.a")
      #expect(
        try installation.shippedModel() == "\(folder)/share/rescanc/models/rescan-gru.safetensors")
    }
  }

  @Test func builtInTheRepository() throws {
    try withTemporaryFolder { (folder) throws in
      try make("\(folder)/.build/release/rescanc")
      try make("\(folder)/.build/release/libRescanRuntime.a")
      try make("\(folder)/models/rescan-gru.safetensors")
      let installation = Installation(
        executable: "\(folder)/.build/release/rescanc", environment: [:])
      #expect(installation.runtimeLibrary == "\(folder)/.build/release/libRescanRuntime.a")
      #expect(try installation.shippedModel() == "\(folder)/models/rescan-gru.safetensors")
    }
  }

  @Test func throughALink() throws {
    try withTemporaryFolder { (folder) throws in
      try make("\(folder)/opt/bin/rescanc")
      try make("\(folder)/opt/bin/libRescanRuntime.a")
      let link = "\(folder)/rescanc"
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: "\(folder)/opt/bin/rescanc")
      let installation = Installation(executable: link, environment: [:])
      #expect(installation.runtimeLibrary == "\(folder)/opt/bin/libRescanRuntime.a")
    }
  }

  @Test func environmentComesFirst() throws {
    try withTemporaryFolder { (folder) throws in
      try make("\(folder)/m/rescan-gru.safetensors")
      let installation = Installation(
        executable: "\(folder)/rescanc",
        environment: ["RESCANC_RUNTIME": "\(folder)/r", "RESCANC_MODELS": "\(folder)/m"])
      #expect(installation.runtimeLibrary == "\(folder)/r/libRescanRuntime.a")
      #expect(try installation.shippedModel() == "\(folder)/m/rescan-gru.safetensors")
    }
  }

  @Test func missingFiles() throws {
    try withTemporaryFolder { (folder) throws in
      let installation = Installation(
        executable: "\(folder)/rescanc", environment: ["RESCANC_MODELS": "\(folder)/m"])
      let error = #expect(throws: CommandError.self) { try installation.shippedModel() }
      #expect(error?.status == 1)
      #expect(throws: CodegenError.missingRuntime(installation.runtimeLibrary)) {
        try LinkRunner(runtime: installation.runtimeLibrary, environment: [:])
      }
    }
  }

  @Test func driverOfTheLinker() throws {
    try withTemporaryFolder { (folder) throws in
      let tool = "\(folder)/gcc"
      try make(tool)
      #expect(LinkPlan.driver(in: ["PATH": folder]) == nil)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
      #expect(LinkPlan.driver(in: ["PATH": "/none:\(folder)"]) == [tool])
      #expect(LinkPlan.driver(in: ["PATH": folder, "CC": "gcc -m64"]) == [tool, "-m64"])
      #expect(LinkPlan.driver(in: ["PATH": folder, "CC": "icc"]) == nil)
    }
  }

  /// A stand-in for the C compiler.
  private func link(with script: String, timeout: Double = 60) throws -> [UInt8] {
    try withTemporaryFolder { (folder) throws in
      let tool = "\(folder)/cc"
      try make("\(folder)/libRescanRuntime.a")
      try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: tool))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
      let runner = try LinkRunner(
        runtime: "\(folder)/libRescanRuntime.a", environment: ["CC": tool], timeout: timeout)
      return try runner.link([[1, 2, 3]])
    }
  }

  @Test func linksWhatItIsGiven() throws {
    // The object is the argument behind -static -O2; the output is the last one.
    let script = #"cp "$3" "$(eval echo \${$#})""#
    #expect(try link(with: script) == [1, 2, 3])
  }

  @Test func complaintsOfTheLinker() throws {
    let script = "echo '/usr/bin/ld: cannot find -l:libpng16.a' >&2; exit 1"
    let error = #expect(throws: CodegenError.self) { try link(with: script) }
    let text = try #require(error).description
    #expect(text.contains("cannot find -l:libpng16.a; install"))
  }

  @Test func linkersThatHang() throws {
    let error = #expect(throws: CodegenError.self) {
      try link(with: "exec sleep 30", timeout: 0.2)
    }
    #expect(try #require(error).description.contains("stopped after"))
  }
}
