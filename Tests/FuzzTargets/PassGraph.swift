internal import GraphIR

/// A graph of operations whose operands mostly fit, for the passes to change.
struct PassGraph {
  var choices: Choices
  private var builder = GraphBuilder(name: "passes")
  private var values: [ValueID] = []
  private var weights = 0

  /// The text of the graph that the bytes choose.
  static func file(_ bytes: [UInt8]) -> [UInt8] {
    var graph = PassGraph(choices: Choices(bytes))
    return Array(graph.text().utf8)
  }

  private init(choices: Choices) { self.choices = choices }

  private mutating func text() -> String {
    let image = TensorType(.float32, [choices.pick(["N", 1]), 4, choices.pick(["H", 8]), "W"])
    values = ["x", "y"].map { builder.input($0, image) }
    values.append(builder.input("s", TensorType(.float32, [image.shape[0], 4, 1, 1])))
    // Statements whose operands do not fit are left out.
    for _ in 0..<24 where !choices.isSpent { try? addStatement() }
    builder.output("y", values[values.count - 1])
    if choices.happens(oneIn: 2) { builder.output("z", value()) }
    return Printer(builder.graph).text
  }

  private mutating func addStatement() throws(GraphError) {
    let x = value()
    try choices.pick(Self.statements)(&self, x, builder.graph.type(of: x).shape)
  }

  // MARK: - For statements

  /// A value, later ones more often than earlier ones, so that chains grow.
  mutating func value() -> ValueID {
    let back = choices.pick([1, 1, 2, 3, 4, 6, 8, 12])
    return values[max(0, values.count - back)]
  }

  mutating func weight(_ shape: [Dimension]) -> ValueID {
    weights += 1
    return builder.weight("w\(weights)", TensorType(.float32, shape))
  }

  /// A value, or a constant that fits values of a shape.
  mutating func operand(with shape: [Dimension]) -> ValueID {
    switch choices.number(below: 8) {
    case 0: builder.scalar(choices.pick([0, 1, -1, 2, 0.5, 1e-5]))
    case 1: weight(shape.map(Self.fixed))
    case 2: weight(shape.enumerated().map { $0.offset == 1 ? Self.fixed($0.element) : 1 })
    default: value()
    }
  }

  /// An extent of a weight.
  private static func fixed(_ extent: Dimension) -> Dimension {
    extent.fixedValue == nil ? 1 : extent
  }

  mutating func add(_ op: Op, _ operands: ValueID...) throws(GraphError) {
    values += try builder.results(of: op, operands)
  }

  mutating func add(_ function: PointwiseFunction, _ operands: ValueID...) throws(GraphError) {
    values += try builder.results(of: .pointwise(Pointwise(function)), operands)
  }
}
