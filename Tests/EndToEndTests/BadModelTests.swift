import Foundation
import GraphIR
import Importers
import OrderedCollections
import TestSupport
import Testing

/// Models that cannot be compiled end with the documented status, one line and no file.
@Suite(.timeLimit(.minutes(60)))
struct BadModelTests {
  private static let sound = Sample.checkpoint("gru-full-se-c8-d5-s2-40x33")

  /// Compiles and converts a bad model.
  private func expect(
    _ status: Int32, for bytes: [UInt8], saying words: String = "",
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/model"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      for command in [
        ["compile", "-o", "\(folder)/x"], ["convert", "-o", "\(folder)/x.safetensors"],
      ] {
        let run = try rescanc(command + [path])
        #expect(run.status == status, "\(run.errors)", sourceLocation: location)
        let message = run.errors.split(separator: "\n").filter { !$0.contains(": note: ") }
        #expect(message.count == 1, "\(run.errors)", sourceLocation: location)
        #expect(
          message.first?.hasPrefix("rescanc: error: \(path): ") == true, sourceLocation: location)
        #expect(
          words.isEmpty || run.errors.contains(words), "\(run.errors)", sourceLocation: location)
        #expect(names(in: folder) == ["model"], sourceLocation: location)
      }
    }
  }

  /// Compiles the sound state dict with some tensors changed.
  private func expect(
    _ status: Int32, saying words: String, _ location: SourceLocation = #_sourceLocation,
    after change: (inout StateDict) -> Void
  ) throws {
    var weights = try readStateDict(path: Self.sound)
    change(&weights)
    try expect(status, for: try safeTensorsFile(weights.tensors), saying: words, location)
  }

  @Test(arguments: [1, 100, 2000]) func truncated(count: Int) throws {
    try expect(2, for: Array(readFile(path: Self.sound).prefix(count)))
  }

  @Test func empty() throws { try expect(2, for: [], saying: "empty") }

  @Test func flippedBits() throws {
    var bytes = try readFile(path: Self.sound)
    bytes[bytes.count / 2] ^= 0x10
    try expect(2, for: bytes)
  }

  @Test(arguments: ["os-system-zip.pth", "os-system-legacy.pth"])
  func codeIsNotRun(name: String) throws {
    let folder = "\(repositoryFolder)/Tests/ImportersTests/Fixtures/hostile"
    try expect(2, for: try readFile(path: "\(folder)/\(name)"), saying: "nothing was called")
  }

  @Test func missingTensor() throws {
    try expect(2, saying: "rnns.1.conv_xr.bias") { $0.tensors["rnns.1.conv_xr.bias"] = nil }
  }

  @Test func wrongShape() throws {
    try expect(2, saying: "[4, 2]") { weights in
      let bias = weights.tensors["dec.0.bias"]
      weights.tensors["dec.0.bias"] = bias?.reshaped([4, 2])
    }
  }

  @Test func wrongRank() throws {
    try expect(2, saying: "expected 4 dimensions") { weights in
      let weight = weights.tensors["rnns.0.conv_xz.weight"]
      weights.tensors["rnns.0.conv_xz.weight"] = weight.map { $0.reshaped([$0.elements.count]) }
    }
  }

  @Test func notFinite() throws {
    try expect(2, saying: "not finite") { weights in
      weights.tensors["dec.0.bias"] = weights.tensors["dec.0.bias"].map {
        Tensor(shape: $0.shape, elements: $0.elements.map { _ in .nan })
      }
    }
  }

  @Test func unknownNetwork() throws {
    try expect(3, saying: "no known network") { weights in
      let tensors = weights.tensors.map { ("net.\($0.key)", $0.value) }
      weights.tensors = OrderedDictionary(uniqueKeysWithValues: tensors)
    }
  }

  @Test func notAModel() throws {
    try expect(2, for: try readFile(path: Sample.small))
    try expect(
      3,
      for: Array("graph @g(%x: f32[N, 3, H, W]) {\n  %0 = conv2d %x, @w".utf8)
        + Array(" : f32[N, 3, H, W]\n  return y: %0\n}\nweight @w : f32[3, 3, 1, 1]\n".utf8),
      saying: "@w")
  }

  /// Swift would look for another file.
  @Test func namesThatAreNotUTF8() throws {
    try withTemporaryFolder { (folder) throws in
      let work = try shell(
        #"cp $2 $'m\xe4.pth' && $1 inspect $'m\xe4.pth'"#, in: folder, rescancPath, Self.sound)
      #expect(work.status == 3)
      #expect(try #require(work.failure).contains("not UTF-8"))
    }
  }

  @Test func outputsThatCannotBeWritten() throws {
    try withTemporaryFolder { (folder) throws in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/folder", withIntermediateDirectories: false)
      for output in ["\(folder)/none/x", "\(folder)/folder", "/proc/x"] {
        let run = try rescanc("compile", Self.sound, "--emit", "object", "-o", output)
        #expect(run.status == 1)
        #expect(run.errors.contains("rescanc: error: \(output): "))
      }
      #expect(names(in: folder) == ["folder"])
      #expect(names(in: "\(folder)/folder").isEmpty)
    }
  }

  @Test func linkersThatFailLeaveNoFile() throws {
    try withTemporaryFolder { (folder) throws in
      let command = ["CC=/bin/false", "TMPDIR=\(folder)"]
      let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let tool = URL(fileURLWithPath: path).deletingLastPathComponent().path + "/rescanc"
      let work = try run(
        "/usr/bin/env", command + [tool, "compile", Self.sound, "-o", "\(folder)/x"])
      #expect(work.status == 1)
      #expect(work.errors.contains("linking failed"))
      #expect(names(in: folder).isEmpty)
    }
  }
}
