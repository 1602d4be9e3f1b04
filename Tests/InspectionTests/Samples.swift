import Codegen
import GraphIR
import Importers
import Inspection
import TestSupport

/// Models to be shown.
enum Sample {
  /// The model that comes with the compiler: four stages of seven layers.
  static var shipped: Graph {
    get throws {
      try Model(path: "\(repositoryFolder)/models/rescan-gru.safetensors").completeGraph
    }
  }

  /// A graph without stages, whose names are a trap for every format.
  static var odd: Graph {
    get throws {
      try Parser.parse(
        #"""
        graph @odd(%x: f32[N, 3, H, W]) {
          %0 = conv2d %x, @w {stride: [2, 2]} : f32[N, 4, ((H+1)/2), ((W+1)/2)] loc("a\\b")
          %1 = relu %0 loc("</script><b>&amp;", layer: "a\"b")
          return "y&<>": %1
        }
        weight @w : f32[4, 3, 1, 1] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.0, 0.0, 0.0, -1.0]
        """#)
    }
  }

  /// A graph in some forms, the first of which is asked for.
  static func inspection(
    of graph: Graph, _ forms: [InspectedForm], extents: ImageExtents = .common
  ) throws -> Inspection {
    let views = try forms.map { form -> InspectedView in
      guard form != .imported else { return InspectedView(.imported, graph) }
      var optimized = graph
      let reports = try PassRunner().run(Pipeline.optimization, on: &optimized)
      let plan = form == .planned ? try Plan(optimized, for: .named(cpu: "x86-64-v3")) : nil
      return InspectedView(form, plan?.graph ?? optimized, reports: reports, plan: plan)
    }
    return Inspection(
      version: "1.2.3", facts: [("name", graph.name)], defaultOutputs: graph.outputs.map(\.name),
      extents: extents, views: views)
  }

  /// What a format makes of a graph.
  static func text(_ format: String, of graph: Graph, _ forms: [InspectedForm]) throws -> String {
    guard let format = inspectionFormats.first(where: { $0.name == format }) else {
      throw UnknownFormat()
    }
    return String(decoding: try format.write(inspection(of: graph, forms)), as: UTF8.self)
  }
}

/// A format that the list of formats does not have.
struct UnknownFormat: Error {}
