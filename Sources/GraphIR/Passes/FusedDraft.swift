/// A fused node that is being put together: convolutions, a body that takes in one node after the
/// other, and the values that it is going to compute.
struct FusedDraft {
  typealias Argument = PointwiseProgram.Argument

  private var convolutions = Fused(
    parts: [], accumulators: 0, hasBias: false, body: PointwiseProgram(yields: []))
  private var convolutionOperands: [ValueID] = []
  private var body = PointwiseProgram(yields: [])
  private var bodyOperands: [ValueID] = []
  /// What the body knows of values that it computes at every pixel.
  private var computed: [ValueID: Argument] = [:]
  /// Values that are means of what the body computes.
  private var means: [ValueID: Argument] = [:]
  private var results: [ValueID] = []
  /// Instructions of the largest body that was taken in.
  private var largestBody = 1

  /// Larger bodies are not made of smaller ones: their numbers fit no registers, and the time that
  /// passes and code generation take grows faster than they do.
  static let mostInstructions = 256

  /// A draft without convolutions.
  init() {}

  /// A draft with the convolutions of a fused node and an empty body.
  init(convolutionsOf node: Node, _ fused: Fused) {
    convolutions = fused
    convolutionOperands = Array(node.operands[..<OperandLayout(fused).bodyStart])
  }

  /// A draft that computes what a fused node does.
  init(_ node: Node, _ fused: Fused, in graph: Graph) {
    self.init(convolutionsOf: node, fused)
    append(node, fused, in: graph)
  }

  /// Computes the function of a pointwise node.
  mutating func append(_ node: Node, _ pointwise: Pointwise, in graph: Graph) {
    let arguments = node.operands.map { argument($0, in: graph) }
    computed[node.result] = body.append(.init(pointwise.function, arguments))
  }

  /// Computes the body of a fused node; its accumulators are those of this draft.
  mutating func append(_ node: Node, _ fused: Fused, in graph: Graph) {
    largestBody = max(largestBody, fused.body.instructions.count)
    let operands = node.operands[OperandLayout(fused).bodyStart...].map {
      argument($0, in: graph)
    }
    var known: [Argument] = []
    func translated(_ argument: Argument) -> Argument {
      switch argument {
      case .accumulator, .constant: argument
      case .operand(let index): operands[index]
      case .instruction(let index): known[index]
      }
    }
    for instruction in fused.body.instructions {
      let arguments = instruction.arguments.map(translated)
      known.append(body.append(.init(instruction.function, arguments)))
    }
    for (value, yield) in zip(node.results, fused.body.yields) {
      if yield.isMean {
        means[value] = translated(yield.argument)
      } else {
        computed[value] = translated(yield.argument)
      }
    }
  }

  /// Makes `mean` the mean of a value that the body computes.
  mutating func addMean(_ mean: ValueID, of value: ValueID) { means[mean] = computed[value] }

  /// What the body calls a value: a number it computes, a constant or an operand.
  private mutating func argument(_ value: ValueID, in graph: Graph) -> Argument {
    if let known = computed[value] { return known }
    if let number = graph.scalar(of: value) { return .constant(number) }
    if let index = bodyOperands.firstIndex(of: value) { return .operand(index) }
    bodyOperands.append(value)
    return .operand(bodyOperands.count - 1)
  }

  /// Makes the new node compute a value in the place of the node that does so far.
  mutating func yield(_ value: ValueID) { results.append(value) }

  /// Adds the node to a graph and makes it compute the values that were yielded, images before
  /// means.
  ///
  /// - Returns: Whether it could: the new results have the types of the values, and the body is not
  ///   too large.
  func insert(
    into graph: inout Graph, before position: NodeID, provenance: Provenance
  ) throws(GraphError) -> Bool {
    let images = results.filter { computed[$0] != nil }
    let results = images + results.filter { computed[$0] == nil }
    let yields = results.compactMap { value in
      computed[value].map { PointwiseProgram.Yield($0) }
        ?? means[value].map { PointwiseProgram.Yield($0, isMean: true) }
    }
    let distinct = yields.withoutRepetitions
    let places = yields.compactMap(distinct.firstIndex(of:))
    let (fused, operands) = finished(yields: distinct)
    let types = try fused.resultTypes(of: operands.map { graph.type(of: $0) })
    guard places.count == results.count,
      fused.body.instructions.count <= max(largestBody, Self.mostInstructions),
      zip(results, places).allSatisfy({ graph.type(of: $0) == types[$1] })
    else { return false }
    let new = try graph.add(.fused(fused), operands, before: position, provenance: provenance)
    for (old, place) in zip(results, places) { graph.replaceUses(of: old, with: new[place]) }
    return true
  }

  /// The operation without instructions and operands that no yield needs.
  private func finished(yields: [PointwiseProgram.Yield]) -> (Fused, [ValueID]) {
    let (program, used) = PointwiseProgram(instructions: body.instructions, yields: yields)
      .withoutDeadInstructions().numberingOperands()
    var fused = convolutions
    fused.body = program
    return (fused, convolutionOperands + used.map { bodyOperands[$0] })
  }
}

extension [PointwiseProgram.Yield] {
  /// The first of each set of equal yields, in order.
  fileprivate var withoutRepetitions: Self {
    var known: Set<Element> = []
    return filter { known.insert($0).inserted }
  }
}
