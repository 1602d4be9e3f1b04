internal import Codegen
package import GraphIR
internal import Interpreter

/// Computes a graph in several ways and says where they part.
package struct Comparer {
  /// What computes the outputs of a graph, in their order, from its inputs in theirs.
  package typealias Computation = (Graph, [Tensor]) throws -> [Tensor]

  private let tolerance: Float
  private let passes: [any Pass]
  private let interpret: Computation
  private let native: Computation
  /// Bytes of inner values that are kept at once while an operation is looked for.
  private static let probeLimit = 256 << 20
  /// Values that are kept at once; programs have a bound for the axes of all their outputs.
  private static let mostProbes = 48

  /// - Parameters:
  ///   - tolerance: As for `TensorDifference`.
  ///   - passes: What makes the optimized form.
  ///   - native: Runs compiled code.
  package init(
    tolerance: Float, threads: Int, passes: [any Pass] = Pipeline.optimization,
    native: @escaping Computation
  ) {
    self.tolerance = tolerance
    self.passes = passes
    self.native = native
    interpret = { graph, tensors in
      let names = graph.inputs.map { graph[$0].name ?? "" }
      let inputs = Dictionary(uniqueKeysWithValues: zip(names, tensors))
      return try Interpreter(threads: max(threads, 1)).run(graph, inputs: inputs).entries
        .map(\.tensor)
    }
  }

  /// Compares every pair of computations that should agree.
  ///
  /// - Parameters:
  ///   - graph: As it was imported.
  ///   - references: What another program says of values of the graph.
  package func compare(
    _ graph: Graph, _ inputs: [Tensor], _ references: [ReferenceFolder.Reference]
  ) throws -> ComparisonReport {
    var optimized = graph
    try optimize(&optimized, with: passes)
    let imported = try interpret(graph.keeping(references.map(\.value)), inputs)
    let own = Array(imported.prefix(graph.outputs.count))
    var report = ComparisonReport(tolerance: tolerance)
    if !references.isEmpty {
      report.add(
        "reference", "interpreter, imported",
        differences(
          graph, references.map(\.value), names: references.map(\.name),
          expected: references.map(\.tensor), got: imported.dropFirst(graph.outputs.count)))
    }
    let ownOptimized = try interpret(optimized, inputs)
    report.add("interpreter, imported", "interpreter, optimized") {
      try comparison(optimized, expected: own, got: ownOptimized) {
        try firstWrongPass(graph, inputs, own)
      }
    }
    report.add("interpreter, imported", "native, imported") {
      try nativeComparison(graph, inputs, expected: own)
    }
    report.add("interpreter, optimized", "native, optimized") {
      try nativeComparison(optimized, inputs, expected: ownOptimized)
    }
    return report
  }

  private func nativeComparison(
    _ graph: Graph, _ inputs: [Tensor], expected: [Tensor]
  ) throws -> [ComparedValue] {
    let got = try native(graph.withoutDeadCode(), inputs)
    return try comparison(graph, expected: expected, got: got) {
      try firstWrongValue(graph, inputs)
    }
  }

  private func differences(
    _ graph: Graph, _ values: [ValueID], names: [String], expected: some Sequence<Tensor>,
    got: some Sequence<Tensor>
  ) -> [ComparedValue] {
    zip(zip(values, names), zip(expected, got)).map { place, tensors in
      ComparedValue(
        place.1, graph, place.0,
        TensorDifference(expected: tensors.0, got: tensors.1, tolerance: tolerance))
    }
  }

  /// Compares outputs and, where they differ, looks for the place where that begins; an output is
  /// the place where the search fails.
  private func comparison(
    _ graph: Graph, expected: [Tensor], got: [Tensor], search: () throws -> ComparedValue?
  ) throws -> [ComparedValue] {
    let outputs = differences(
      graph, graph.outputs.map(\.value), names: graph.outputs.map(\.name), expected: expected,
      got: got)
    guard outputs.contains(where: { !$0.difference.agrees }), let place = try? search()
    else {
      return outputs
    }
    return [place] + outputs
  }

  /// The output that is wrong behind the first pass that makes one so.
  private func firstWrongPass(
    _ graph: Graph, _ inputs: [Tensor], _ expected: [Tensor]
  ) throws -> ComparedValue? {
    var graph = graph
    for pass in passes {
      try optimize(&graph, with: [pass])
      let got = try interpret(graph, inputs)
      let values = differences(
        graph, graph.outputs.map(\.value), names: graph.outputs.map(\.name), expected: expected,
        got: got)
      guard var wrong = values.first(where: { !$0.difference.agrees }) else { continue }
      wrong.pass = pass.name
      return wrong
    }
    return nil
  }

  /// The first value in execution order that compiled code computes wrongly.
  ///
  /// Inner values are made outputs, as many at once as memory allows. Nil where they are all right
  /// then, for outputs keep operations from being computed together.
  private func firstWrongValue(_ graph: Graph, _ inputs: [Tensor]) throws -> ComparedValue? {
    let graph = try graph.withoutDeadCode()
    let pixels =
      zip(inputs, graph.inputs).map { tensor, value in
        tensor.elements.count / (graph.type(of: value).channels ?? 1)
      }.max() ?? 1
    for group in groups(of: graph, pixels: pixels) {
      let probe = try graph.probing(group).withoutDeadCode()
      let printer = Printer(graph)
      let values = differences(
        graph, group, names: group.map(printer.name(of:)),
        expected: try interpret(probe, inputs), got: try native(probe, inputs))
      if let wrong = values.first(where: { !$0.difference.agrees }) { return wrong }
    }
    return nil
  }

  /// The values that nodes compute, in order, as many in a group as may be kept at once.
  private func groups(of graph: Graph, pixels: Int) -> [[ValueID]] {
    var groups: [[ValueID]] = []
    var size = 0
    for value in graph.nodes.flatMap(\.results) {
      let bytes = 4 * pixels * (graph.type(of: value).channels ?? 1)
      if groups.last?.count ?? Self.mostProbes >= Self.mostProbes
        || size + bytes > Self.probeLimit
      {
        groups.append([])
        size = 0
      }
      groups[groups.count - 1].append(value)
      size += bytes
    }
    return groups
  }
}

extension Graph {
  /// The same graph with further outputs.
  fileprivate func keeping(_ values: [ValueID]) -> Graph {
    var graph = self
    for (index, value) in values.enumerated() { graph.addOutput("kept \(index)", value) }
    return graph
  }

  /// The graph with these values as its only outputs.
  ///
  /// Programs put out images; a number per channel is spread over one by adding zeros.
  fileprivate func probing(_ values: [ValueID]) throws -> Graph {
    var graph = self
    var outputs: [GraphOutput] = []
    for (index, value) in values.enumerated() {
      let image = type(of: value).isPerChannel ? try graph.spread(value) : value
      outputs.append(GraphOutput(name: "probe \(index)", value: image))
    }
    graph.setOutputs(outputs)
    return graph
  }

  /// An image of zeros comes from a convolution without weight.
  private mutating func spread(_ value: ValueID) throws -> ValueID {
    let image = inputs[0]
    let shape = [type(of: value).channels ?? 1, type(of: image).channels ?? 1, 1, 1]
    let none = Tensor(shape: shape, elements: [Float](repeating: 0, count: shape[0] * shape[1]))
    let weight = addDerivedWeight("none", none.type, none)
    let zeros = try add(Conv2D().op, [image, weight])[0]
    return try add(.pointwise(Pointwise(.add)), [zeros, value])[0]
  }

  fileprivate func withoutDeadCode() throws -> Graph {
    var graph = self
    try optimize(&graph, with: [EliminateDeadCode()])
    return graph
  }
}
