import Foundation
import GraphIR
import Importers
import Interpreter
import NativeTestSupport
import TestSupport
import Testing

/// A network as PyTorch exported it, with an image and PyTorch's outputs, from
/// `Scripts/goldens/make_exports.py`.
struct OnnxExport: Sendable, CustomTestStringConvertible {
  let folder: URL

  var testDescription: String { folder.lastPathComponent }

  static let all: [OnnxExport] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/onnx")
    return names(in: root.path).map { OnnxExport(folder: root.appendingPathComponent($0)) }
  }()

  /// The checkpoint of the same network, where it is one of the committed references.
  var checkpoint: ReferenceCase? {
    ReferenceCase.committed.first { testDescription.hasPrefix($0.testDescription) }
  }

  /// Whether rows and columns have no number in the file.
  var isFree: Bool { testDescription.hasSuffix("-free") }

  var model: String { folder.appendingPathComponent("model.onnx").path }

  /// For the size of the image, where the network does not fit all sizes.
  func options() throws -> ImportOptions {
    ImportOptions(arrays: ["image": InputArray(try array("image"))])
  }

  func array(_ name: String) throws -> Tensor {
    try numPyArray(readFile(path: folder.appendingPathComponent("\(name).npy").path))
  }
}

struct OnnxExportTests {
  @Test func `There are committed exports`() { #expect(OnnxExport.all.count >= 12) }

  @Test(arguments: OnnxExport.all)
  func `An export gives what PyTorch gives`(_ export: OnnxExport) throws {
    let graph = try Model(path: export.model, export.options()).graph
    try expectOutputs(of: export, graph)
    try expectOutputs(of: export, graph.optimized())
  }

  @Test(arguments: OnnxExport.all.filter(\.isFree))
  func `An export is read for a shape`(_ export: OnnxExport) throws {
    let image = try export.array("image")
    let shapes = InputShapes(unnamed: image.shape.map(Optional.some))
    let graph = try Model(path: export.model, ImportOptions(shapes: shapes)).graph
    #expect(graph.inputs.map { graph.type(of: $0).fixedShape } == [image.shape])
    try expectOutputs(of: export, graph)
  }

  @Test(arguments: OnnxExport.all)
  func `A written model gives the same`(_ export: OnnxExport) throws {
    let graph = try Model(path: export.model, export.options()).graph
    for graph in [graph, try graph.optimized()] {
      let bytes = try graph.onnxModel()
      #expect(try graph.onnxModel() == bytes, "writing is not repeatable")
      let again = try Model(ModelFile(bytes: bytes), export.options()).graph
      try expectOutputs(of: export, again)
      #expect(again.outputs.map(\.name) == graph.outputs.map(\.name))
      #expect(again.inputs.map { again[$0].name } == graph.inputs.map { graph[$0].name })
    }
  }

  /// Without an array nothing but the file says what the sizes are.
  @Test(arguments: OnnxExport.all.filter(\.isFree))
  func `A network is read, compiled and written for free sizes`(_ export: OnnxExport) throws {
    let graph = try Model(path: export.model).graph
    try expectFreeSizes(graph)
    try expectOutputs(of: export, graph)
    let optimized = try graph.optimized()
    let name = try #require(graph[graph.inputs[0]].name)
    let image = try export.array("image")
    for (name, tensor) in try CompiledGraph(optimized).run([name: image]) {
      #expect(mismatch(name, expected: try export.array(name), got: tensor, .reordered) == nil)
    }
    for graph in [graph, optimized] {
      let again = try Model(ModelFile(bytes: try graph.onnxModel())).graph
      try expectFreeSizes(again)
      try expectOutputs(of: export, again)
    }
  }

  private func expectFreeSizes(_ graph: Graph) throws {
    let shape = graph.type(of: try #require(graph.inputs.first)).shape
    #expect(shape.count == 4)
    #expect(shape[2].symbols.count == 1 && shape[3].symbols.count == 1)
  }

  @Test(arguments: OnnxExport.all.filter { $0.checkpoint != nil })
  func `An export becomes the operations of its checkpoint`(_ export: OnnxExport) throws {
    let reference = try #require(export.checkpoint)
    let expected = try reference.graph(from: .checkpoint).optimized()
    let graph = try Model(path: export.model).graph.optimized()
    #expect(operations(of: graph) == operations(of: expected))
  }

  private func operations(of graph: Graph) -> [String] {
    graph.nodes.map(\.op.operation.mnemonic).sorted()
  }

  private func expectOutputs(of export: OnnxExport, _ graph: Graph) throws {
    let name = try #require(graph[graph.inputs[0]].name)
    let image = try export.array("image")
    for (name, tensor) in try Interpreter().run(graph, inputs: [name: image]).entries {
      let expected = try export.array(name)
      #expect(mismatch(name, expected: expected, got: tensor, .reordered) == nil)
    }
  }
}
