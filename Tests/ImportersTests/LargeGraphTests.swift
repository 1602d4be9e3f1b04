import GraphIR
import Importers
import TestSupport
import Testing

/// Time and limits follow the size of a file: large networks are read and written in no more than
/// their share.
@Suite struct LargeGraphTests {
  /// Were the graph copied for every node, or names searched for, time would grow by the square.
  @Test func modelsOfManyNodesAreReadAndWritten() throws {
    let count = 20_000
    let graph = try chain(of: count)
    let model = try Model(ModelFile(bytes: try graph.onnxModel()))
    #expect(model.graph.nodes.count == count)
    #expect(model.graph.nodes.last?.operands == model.graph.nodes[count - 2].results)
    #expect(Set(model.graph.nodes.compactMap(\.provenance.source)).count == count)
  }

  /// Every edit looks at what it touches only; it took minutes when each looked at all nodes.
  @Test func graphsOfManyNodesAreOptimized() throws {
    var graph = try chain(of: 20_000)
    let start = threadSeconds()
    try PassRunner().run(Pipeline.optimization, on: &graph)
    #expect(threadSeconds() - start < 60)
    #expect(graph.nodes.count < 200)
  }

  /// Nodes that all come from one layer.
  private func chain(of count: Int) throws -> Graph {
    var builder = GraphBuilder(name: "chain")
    builder.provenance = Provenance(source: "act")
    var value = builder.input("image", TensorType(.float32, [1, 3, "H", "W"]))
    for _ in 0..<count { value = try builder.apply(.tanh, value) }
    builder.output("result", value)
    return try builder.finish()
  }
}
