import Foundation
import GraphIR
import Importers
import TestSupport
import Testing

/// ONNX on the command line.
struct OnnxTests {
  private func export(_ name: String) -> String {
    "\(repositoryFolder)/Tests/ReferenceTests/Fixtures/onnx/\(name)"
  }

  @Test func `The page of operations is up to date`() throws {
    let page = try readFile(path: "\(repositoryFolder)/docs/onnx-ops.md")
    let run = CommandRun("onnx-ops")
    #expect(run.status == 0)
    #expect(run.output == String(decoding: page, as: UTF8.self))
  }

  @Test func `The page of PyTorch's operations is up to date`() throws {
    let page = try readFile(path: "\(repositoryFolder)/docs/torch-ops.md")
    let run = CommandRun("torch-ops")
    #expect(run.status == 0)
    #expect(run.output == String(decoding: page, as: UTF8.self))
  }

  @Test(arguments: ["nafnet-exported-free/model.pt2", "in-place-scripted/model.pt"])
  func `A program of PyTorch is inspected and run`(_ name: String) throws {
    let path = "\(repositoryFolder)/Tests/ReferenceTests/Fixtures/programs/\(name)"
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    #expect(CommandRun("inspect", path, "--format", "text").output.contains("conv2d"))
    try withTemporaryFolder { (output) throws in
      let run = CommandRun(
        "run", path, "--input", "x=\(folder)/x.npy", "--output-dir", output, "--backend",
        "interpreter")
      #expect(run.status == 0, "\(run.errors)")
      let result = try numPyArray(readFile(path: "\(output)/output.npy"))
      let expected = try numPyArray(readFile(path: "\(folder)/expected.npy"))
      let flat = Tensor(shape: expected.shape, elements: result.elements)
      #expect(mismatch("output", expected: expected, got: flat, .reordered) == nil)
    }
  }

  /// A program that cannot be imported leaves the weights to look at.
  @Test func `The tensors beside an unknown program are listed`() throws {
    let path =
      "\(repositoryFolder)/Tests/ImportersTests/Fixtures/programs/script-refused-unknown-op.pt"
    let run = CommandRun("inspect", path)
    #expect(run.status == 0)
    #expect(run.errors.contains("aten::linalg_inv"))
    #expect(run.output.contains("w"))
    #expect(CommandRun("inspect", path, "--format", "json").status == 3)
  }

  @Test func `An exported model is inspected and run`() throws {
    let folder = export("edsr-dynamo-free")
    let text = CommandRun("inspect", "\(folder)/model.onnx", "--format", "text")
    #expect(text.output.contains("depth_to_space"))
    try withTemporaryFolder { (output) throws in
      let run = CommandRun(
        "run", "\(folder)/model.onnx", "--input", "image=\(folder)/image.npy", "--output-dir",
        output, "--backend", "interpreter")
      #expect(run.status == 0, "\(run.errors)")
      let result = try numPyArray(readFile(path: "\(output)/result.npy"))
      let expected = try numPyArray(readFile(path: "\(folder)/result.npy"))
      #expect(mismatch("result", expected: expected, got: result, .reordered) == nil)
    }
  }

  @Test(arguments: ["imported", "optimized"])
  func `A checkpoint is written as ONNX`(form: String) throws {
    try withTemporaryFolder { (folder) throws in
      let path = "\(folder)/x.onnx"
      let run = CommandRun("convert", smallCheckpoint, "-o", path, "--at", form)
      #expect(run.status == 0, "\(run.errors)")
      let (before, after) = (try Model(path: smallCheckpoint), try Model(path: path))
      #expect(after.allOutputs.map(\.name) == before.allOutputs.map(\.name))
      let sizes = ["N": 1, "H": 9, "W": 11]
      #expect(
        try disagreement(between: before.completeGraph, and: after.graph, sizes: sizes) == nil)
    }
  }

  @Test func `Outputs are named with their commas`() throws {
    try withTemporaryFolder { (folder) throws in
      var graph = GraphBuilder(name: "g")
      let x = graph.input("x", TensorType(.float32, [1, 3, 4, 4]))
      graph.output("a,b", try graph.apply(.relu, x))
      graph.output("c", try graph.apply(.tanh, x))
      try writeFile(path: "\(folder)/x.onnx", graph.finish().onnxModel())
      let all = try Model(path: "\(folder)/x.onnx")
      #expect(all.graph.outputs.map(\.name) == ["a,b", "c"])
      let run = CommandRun(
        "convert", "\(folder)/x.onnx", "--outputs", "a\\,b", "-o", "\(folder)/y.safetensors")
      #expect(run.status == 0, "\(run.errors)")
      let some = try Model(path: "\(folder)/y.safetensors")
      #expect(some.graph.outputs.map(\.name) == ["a,b"])
    }
  }
}
