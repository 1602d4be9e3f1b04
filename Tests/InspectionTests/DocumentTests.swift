import Codegen
import GraphIR
import Inspection
import TestSupport
import Testing

/// JSON, read back and compared with the graph.
struct DocumentTests {
  private func document(
    _ graph: Graph, _ form: InspectedForm, extents: ImageExtents = .common
  ) throws -> Document {
    let written = Document(try Sample.inspection(of: graph, [form], extents: extents))
    let read = try Document(json: written.json(isPretty: true))
    #expect(read == written)
    #expect(try Document(json: written.json(isPretty: false)) == written)
    return read
  }

  @Test(arguments: InspectedForm.allCases)
  func `Values and nodes are those of the graph`(_ form: InspectedForm) throws {
    let view = try Sample.inspection(of: Sample.shipped, [form]).view
    let described = try document(Sample.shipped, form).views[0]
    let (graph, printer) = (view.graph, Printer(view.graph))
    #expect(described.at == form.rawValue)
    #expect(described.graph.nodes.map(\.text) == graph.nodes.map(printer.header(of:)))
    #expect(described.graph.nodes.map(\.provenance.stage) == graph.nodes.map(\.provenance.stage))
    #expect(described.graph.nodes.map(\.provenance.layer) == graph.nodes.map(\.provenance.layer))
    let names = described.graph.values.map(\.name)
    for (node, original) in zip(described.graph.nodes, graph.nodes) {
      #expect(node.operands.map { names[$0] } == original.operands.map(printer.name(of:)))
      #expect(node.results.map { names[$0] } == original.results.map(printer.name(of:)))
    }
    #expect(described.graph.outputs.map(\.name) == graph.outputs.map(\.name))
    #expect(
      described.graph.outputs.map { names[$0.value] }
        == graph.outputs.map { printer.name(of: $0.value) })
    for (index, node) in described.graph.nodes.enumerated() {
      #expect(node.results.allSatisfy { described.graph.values[$0].producer == index })
    }
  }

  @Test func `Costs are worked out for the size`() throws {
    let described = try document(Sample.odd, .imported, extents: ImageExtents(width: 7, height: 5))
    #expect(described.size.symbols == ["N": 1, "H": 5, "W": 7])
    let view = described.views[0]
    let convolution = view.graph.nodes[0]
    // 4·3 multiply-adds for each of 3·4 pixels; 3·5·7 + 12 numbers read and 4·3·4 written.
    #expect(convolution.cost.multiplyAdds == 144)
    #expect(convolution.cost.parameters == 12)
    #expect(convolution.cost.bytesRead == 4 * (105 + 12))
    #expect(convolution.cost.bytesWritten == 4 * 48)
    #expect(view.graph.values[convolution.results[0]].extents == [1, 4, 3, 4])
    #expect(view.costs.total.multiplyAdds == 144)
    #expect(view.costs.layers.map(\.layer) == [nil, "a\"b"])
    #expect(convolution.attributes == ["stride": .list([.number(2), .number(2)])])
    #expect(convolution.caption == "3→4 1×1 s2")
  }

  @Test func `Layers of all stages make up the whole`() throws {
    let view = try document(Sample.shipped, .optimized).views[0]
    let sum = view.costs.layers.reduce(0) { $0 + $1.cost.multiplyAdds }
    #expect(sum == view.costs.total.multiplyAdds)
    // The convolutions of means, four times six layers of 2·24·6 and the decoder's mean, come on top.
    let perChannel = Double(4 * (6 * 2 * 24 * 6 + 24 * 24 * 9))
    #expect(view.costs.total.multiplyAdds == 489_528 * 321 * 481 + perChannel)
    #expect(view.costs.layers.compactMap(\.stage) == view.costs.layers.compactMap(\.stage).sorted())
    #expect(view.passes.map(\.pass) == Pipeline.optimization.map(\.name))
    #expect(view.passes.first?.before == 460)
    #expect(view.passes.last?.after == view.graph.nodes.count)
  }

  @Test func `Weights are described by their distribution`() throws {
    let values = try document(Sample.odd, .imported).views[0].graph.values
    let weight = try #require(values.first { $0.kind == "weight" }?.elements)
    #expect(weight.minimum == -1 && weight.maximum == 7)
    #expect(weight.zeros == 4)
    #expect(weight.mean == 27.0 / 12)
    // Ranges are ¼ wide and begin at −1: zero is the start of the fifth.
    #expect(weight.histogram.reduce(0, +) == 12)
    #expect(weight.histogram[0] == 1 && weight.histogram[4] == 4 && weight.histogram[31] == 1)
  }

  @Test func `Steps wait for earlier ones and stay in their slots`() throws {
    let inspection = try Sample.inspection(of: Sample.shipped, [.planned])
    let plan = try #require(try document(Sample.shipped, .planned).views[0].plan)
    let original = try #require(inspection.view.plan)
    #expect(plan.steps.count == original.steps.count)
    for (index, step) in plan.steps.enumerated() {
      #expect(step.waitsFor.allSatisfy { $0.step < index })
      #expect(step.kind == original.steps[index].kind)
    }
    #expect(plan.steps.contains { $0.kind == "scale weights" && !$0.waitsFor.isEmpty })
    let kernels = plan.steps.filter { !$0.kernels.isEmpty }
    #expect(
      kernels.allSatisfy { $0.facts.contains { $0.name.hasSuffix("because of") } })
    #expect(
      Set(kernels.flatMap(\.facts).filter { $0.name.hasSuffix("schedule") }.map(\.value)) == [
        "winograd", "direct",
      ])
    let memory = plan.memory
    #expect(memory.bytes == original.memory.bytes(height: 321, width: 481, threads: 1))
    var end = memory.fixedBytes
    for slot in memory.slots {
      #expect(slot.offset == end)
      end += slot.bytes
      for (earlier, later) in zip(slot.values, slot.values.dropFirst()) {
        #expect(earlier.to <= later.from)
      }
    }
    #expect(end + memory.scratchBytes == memory.bytes)
    #expect(memory.transposedWeightBytes == 0)
  }

  @Test func `Tall images have room for transposed weights`() throws {
    let extents = ImageExtents(width: 321, height: 481)
    let view = try document(Sample.shipped, .planned, extents: extents).views[0]
    let memory = try #require(view.plan).memory
    let last = try #require(memory.slots.last)
    #expect(memory.transposedWeightBytes > 0)
    #expect(
      last.offset + last.bytes + memory.transposedWeightBytes + memory.scratchBytes
        == memory.bytes)
  }
}
