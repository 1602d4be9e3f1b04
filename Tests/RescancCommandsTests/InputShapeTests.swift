import Foundation
import GraphIR
import Importers
import TestSupport
import Testing

/// `--input-shape`.
struct InputShapeTests {
  /// A model with two inputs that share the names of their extents.
  private func pair(in folder: String) throws -> String {
    let text = """
      graph @pair(%a: f32[N, 3, H, W], %b: f32[N, 3, H, W]) {
        %sum = add %a, %b
        return sum: %sum
      }
      """
    let path = "\(folder)/pair.onnx"
    try writeFile(path: path, Parser.parse(text).onnxModel())
    return path
  }

  private let traced =
    "\(repositoryFolder)/Tests/ReferenceTests/Fixtures/programs/dncnn-traced/model.pt"

  @Test func `A symbol has one value in all inputs`() throws {
    try withTemporaryFolder { (folder) throws in
      let path = try pair(in: folder)
      let run = CommandRun(
        "inspect", path, "--format", "text", "--input-shape", "a=1x3x?x32")
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("(%a: f32[1, 3, H, 32], %b: f32[1, 3, H, 32])"))
      let shapes = ["--input-shape", "a=1x3x16x32", "--input-shape", "b=1x3x16x33"]
      let refused = CommandRun(["inspect", path] + shapes)
      #expect(refused.status == 3)
      #expect(try #require(refused.failure).contains("the input 'b' is f32[N, 3, H, W]"))
    }
  }

  @Test func `Inputs are told apart`() throws {
    try withTemporaryFolder { (folder) throws in
      let path = try pair(in: folder)
      for (shape, hint) in [
        ("1x3x16x32", "say which with --input-shape NAME=SHAPE: 'a', 'b'"),
        ("c=1x3x16x32", "the model has no input 'c'; choose from 'a', 'b'"),
      ] {
        let run = CommandRun("inspect", path, "--input-shape", shape)
        #expect(run.status == 3)
        #expect(try #require(run.failure).contains(hint))
      }
    }
  }

  @Test(arguments: [
    "", "1x", "0x3x4x4", "1x3x-4x4", "=1x3", "1x3x4.5", "1x1x1x1x1x1x1x1x1", "99999999999999999999",
  ])
  func `What is no shape is refused`(_ shape: String) throws {
    let run = CommandRun("inspect", traced, "--input-shape", shape)
    #expect(run.status == 64)
    #expect(try #require(run.failure).contains("--input-shape"))
  }

  @Test(arguments: [
    ["1x3x8x8", "1x3x8x8"], ["x=1x3x8x8", "x=1x3x8x9"], ["1x3x8x8", "x=1x3x8x8"],
  ])
  func `An input has one shape`(_ shapes: [String]) {
    let run = CommandRun(["inspect", traced] + shapes.flatMap { ["--input-shape", $0] })
    #expect(run.status == 64)
    #expect(run.failure?.contains("one shape for each input") == true)
  }

  @Test func `Images of every size need no shape`() {
    let run = CommandRun("inspect", smallCheckpoint, "--input-shape", "1x3x8x8")
    #expect(run.status == 0)
    #expect(run.errors.contains("--input-shape has no effect"))
  }

  @Test func `A program for one size refuses others`() throws {
    let network = "\(repositoryFolder)/Tests/ReferenceTests/Fixtures/programs/sorted-traced"
    try withTemporaryFolder { (folder) throws in
      let x = try numPyArray(readFile(path: "\(network)/x.npy"))
      let shape = x.shape.map(String.init).joined(separator: "x")
      let run = CommandRun(
        "compile", "\(network)/model.pt", "--emit", "object", "-o", "\(folder)/net.o",
        "--input-shape", shape)
      #expect(run.status == 0, "\(run.errors)")
      let other = CommandRun(
        "run", "\(network)/model.pt", "--input", "x=\(network)/x.npy", "--output-dir", folder,
        "--input-shape", "1x3x8x8")
      #expect(other.status == 2)
      #expect(try #require(other.failure).contains("expected f32[1, 3, 8, 8]"))
    }
  }
}
