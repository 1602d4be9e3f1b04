import Foundation
import GraphIR
import Importers
import Interpreter
import NativeTestSupport
import TestSupport
import Testing

/// A network as `torch.export` or `torch.jit` saved it, with an image and PyTorch's outputs, from
/// `Scripts/goldens/make_programs.py`.
struct SavedProgram: Hashable, Sendable, CustomTestStringConvertible {
  let folder: URL

  var testDescription: String { folder.lastPathComponent }

  static let all: [SavedProgram] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/programs")
    return names(in: root.path).filter { !$0.hasSuffix(".json") }
      .map { SavedProgram(folder: root.appendingPathComponent($0)) }
  }()

  /// Those of whole networks, which must do without the size of the image.
  static let networks = all.filter {
    !$0.testDescription.hasPrefix("operations") && !ofOneSize.contains($0)
  }

  /// Those of networks that cannot be read without the size of the image.
  static let ofOneSize = all.filter { $0.testDescription.hasPrefix("sorted") }

  var path: String {
    let suffix = testDescription.contains("-exported") ? "pt2" : "pt"
    return folder.appendingPathComponent("model." + suffix).path
  }

  func array(_ name: String) throws -> Tensor {
    try numPyArray(readFile(path: folder.appendingPathComponent("\(name).npy").path))
  }

  /// The graph for the size of the image where it does not fit all sizes.
  func graph() throws -> Graph {
    try Model(path: path, ImportOptions(arrays: ["x": InputArray(try array("x"))])).graph
  }

  /// What is wrong with outputs, which PyTorch's are one after the other in a list.
  func mismatch(_ outputs: [Tensor]) throws -> Mismatch? {
    let elements = outputs.flatMap(\.elements)
    return TestSupport.mismatch(
      "output", expected: try array("expected"),
      got: Tensor(shape: [elements.count], elements: elements))
  }
}

struct ProgramTests {
  @Test func `There are saved programs`() {
    #expect(SavedProgram.all.count >= 50)
    #expect(SavedProgram.networks.count >= 25)
  }

  @Test(arguments: SavedProgram.all)
  func `A program gives what PyTorch gives`(_ program: SavedProgram) throws {
    let graph = try program.graph()
    for graph in [graph, try graph.optimized()] {
      let outputs = try Interpreter().run(graph, inputs: ["x": program.array("x")])
      #expect(try program.mismatch(outputs.entries.map(\.1)) == nil)
    }
  }

  @Test(arguments: SavedProgram.all)
  func `Its compiled code gives the same`(_ program: SavedProgram) throws {
    var graph = try program.graph()
    let all = graph.outputs
    var outputs: [Tensor] = []
    // A program has a bounded number of outputs.
    for start in stride(from: 0, to: all.count, by: 16) {
      graph.setOutputs(Array(all[start..<min(start + 16, all.count)]))
      let compiled = try CompiledGraph(graph.optimized())
      outputs += try compiled.run(["x": program.array("x")]).map(\.tensor)
    }
    #expect(try program.mismatch(outputs) == nil)
  }

  /// Without an array nothing but the file says what the sizes are.
  @Test(arguments: SavedProgram.networks)
  func `A network is read for free sizes`(_ program: SavedProgram) throws {
    let model = try Model(path: program.path)
    let shape = model.graph.type(of: try #require(model.graph.inputs.first)).shape
    #expect(shape.count == 4 && shape[1] == 3)
    #expect(shape[2].symbols.count == 1 && shape[3].symbols.count == 1)
    let outputs = try Interpreter().run(model.graph, inputs: ["x": program.array("x")])
    #expect(try program.mismatch(outputs.entries.map(\.1)) == nil)
  }
}

/// Shapes that the user gives, where a file leaves them open.
struct GivenShapeTests {
  @Test(arguments: SavedProgram.ofOneSize)
  func `What needs a shape says so`(_ program: SavedProgram) throws {
    #expect {
      try Model(path: program.path)
    } throws: { error in
      "\(error)".contains("give a shape with --input-shape") && (error as? ImportError)?.status == 3
    }
  }

  @Test(arguments: SavedProgram.networks + SavedProgram.ofOneSize)
  func `A network is read for a shape`(_ program: SavedProgram) throws {
    let image = try program.array("x")
    let shapes = InputShapes(unnamed: image.shape.map(Optional.some))
    let model = try Model(path: program.path, ImportOptions(shapes: shapes))
    #expect(model.notes.isEmpty)
    #expect(model.graph.inputs.map { model.graph.type(of: $0).fixedShape } == [image.shape])
    let outputs = try Interpreter().run(model.graph, inputs: ["x": image])
    #expect(try program.mismatch(outputs.entries.map(\.1)) == nil)
  }

  @Test(arguments: ["dncnn-exported-free", "dncnn-traced"])
  func `Extents may stay free`(_ name: String) throws {
    let program = try #require(SavedProgram.all.first { $0.testDescription == name })
    let shapes = InputShapes(["x": [1, 3, nil, 14]])
    let graph = try Model(path: program.path, ImportOptions(shapes: shapes)).graph
    #expect(graph.inputs.map { graph.type(of: $0).shape } == [[1, 3, "H", 14]])
  }

  @Test func `What a file tells must fit`() throws {
    let program = try #require(
      SavedProgram.all.first { $0.testDescription == "dncnn-exported-free" })
    for (shape, remedy) in [([1, 4, 8, 8], "[1, 3,"), ([3, 8, 8], "3x8x8 does not fit")] {
      let shapes = InputShapes(["x": shape.map(Optional.some)])
      #expect {
        try Model(path: program.path, ImportOptions(shapes: shapes))
      } throws: { error in
        "\(error)".contains(remedy) && (error as? ImportError)?.status == 3
      }
    }
  }

  @Test func `Operations that do not fit are no fault of the file`() throws {
    let program = try #require(SavedProgram.all.first { $0.testDescription == "unet-traced" })
    let shapes = InputShapes(unnamed: [1, 3, 9, 8])
    #expect {
      try Model(path: program.path, ImportOptions(shapes: shapes))
    } throws: { error in
      "\(error)".contains("for the shapes of inputs that are given")
        && (error as? ImportError)?.status == 3
    }
  }
}

/// Networks that halve their images take multiples of a number.
struct MultipleTests {
  @Test(arguments: ["unet-exported-free", "unet-traced", "unet-resize-scripted"])
  func `Compiled code takes every multiple and names it`(_ name: String) throws {
    let program = try #require(SavedProgram.all.first { $0.testDescription == name })
    let model = try Model(path: program.path)
    #expect(model.notes.contains { $0.contains("multiples of 2") })
    let graph = try model.graph.optimized()
    let compiled = try CompiledGraph(graph)
    for (height, width) in [(2, 2), (10, 14), (6, 64), (38, 22)] {
      #expect(
        try compiled.disagreement(
          with: model.graph, sizes: ["N": 1, "h": height / 2, "w": width / 2])
          == nil)
    }
    let odd = Tensor(shape: [1, 3, 9, 8], elements: [Float](repeating: 0, count: 216))
    #expect(throws: (any Error).self) { try Interpreter().run(graph, inputs: ["x": odd]) }
    #expect {
      try compiled.run(["x": odd])
    } throws: { error in
      "\(error)".contains("multiples of 2 for the height") && "\(error)".contains("not 9")
    }
  }
}
