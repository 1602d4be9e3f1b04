import Codegen
import GraphIR
import Importers
import Interpreter
import NativeTestSupport
import TestSupport
import Testing

struct NetworkTests {
  static let networks = [
    RandomRescan(unit: "GRU", stages: 3),
    RandomRescan(unit: "LSTM", stages: 2, frame: .add),
    RandomRescan(unit: "RNN", stages: 4, usesSE: false),
    RandomRescan(unit: "Conv", stages: 2, frame: .add),
  ]

  /// One pixel, single lines, narrower than a vector, one less than a vector, narrower than the
  /// widest kernel, and sizes at which strips have a rest.
  static let sizes = [
    (1, 1), (1, 17), (17, 1), (3, 5), (2, 16), (2, 15), (5, 33), (33, 130), (129, 257),
  ]

  /// One program for all sizes, as compiling it takes longest.
  @Test(arguments: networks)
  func `Compiled and interpreted outputs agree`(_ network: RandomRescan) throws {
    let graph = try network.graphWithAllOutputs()
    let compiled = try CompiledGraph(try graph.optimized())
    for (height, width) in Self.sizes {
      let mismatch = try compiled.disagreement(sizes: ["H": height, "W": width])
      #expect(mismatch == nil, "at \(height) × \(width)")
    }
    #expect(try compiled.disagreement(with: graph, sizes: ["H": 37, "W": 41]) == nil)
    try expectImagesOfBatchAlone(compiled)
  }

  @Test func `Compiled and interpreted outputs agree at 1080p`() throws {
    let network = RandomRescan(unit: "GRU", channels: 8, depth: 3, stages: 2)
    let compiled = try CompiledGraph(try network.graphWithAllOutputs().optimized())
    #expect(try compiled.disagreement(sizes: ["H": 1080, "W": 1920]) == nil)
  }

  @Test func `The derained image may take the place of the image`() throws {
    let plan = try Plan(RandomRescan().graph().optimized(), for: Target.named(cpu: "native"))
    #expect(plan.readsInputsFirst)
    let program = try NativeProgram(plan, info: ProgramInfo([]))
    let session = try program.makeSession(threads: 2)
    let image = Tensor.random([2, 3, 19, 23], seed: 1)
    let expected = try session.run([image])
    let planes = Planes(image.elements)
    try session.run([planes], into: [planes], shapes: [image.shape])
    #expect(planes.elements == expected[0].elements)
  }

  @Test func `Inputs that are no images are read while outputs are written`() throws {
    let text = """
      graph @g(%x: f32[H, W]) {
        %0 = transpose %x {perm: [1, 0]}
        return y: %0
      }
      """
    let plan = try Plan(Parser.parse(text), for: Target.named(cpu: "native"))
    #expect(!plan.readsInputsFirst)
  }

  /// A batch gives exactly what its images give.
  private func expectImagesOfBatchAlone(_ compiled: CompiledGraph) throws {
    let first = Tensor.random([1, 3, 19, 23], seed: 1)
    let second = Tensor.random([1, 3, 19, 23], seed: 2)
    let batch = Tensor(shape: [2, 3, 19, 23], elements: first.elements + second.elements)
    let together = try compiled.run(["image": batch])
    let alone = try [first, second].map { try compiled.run(["image": $0]) }
    for (index, (name, tensor)) in together.enumerated() {
      let parts = alone.flatMap { $0[index].tensor.elements }
      let expected = Tensor(shape: tensor.shape, elements: parts)
      #expect(mismatch(name, expected: expected, got: tensor, .exact) == nil)
    }
  }
}
