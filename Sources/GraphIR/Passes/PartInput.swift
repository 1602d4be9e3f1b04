/// What two parts must share to read their input together.
struct PartInput: Hashable {
  private var part: Fused.Part
  private var input: ValueID
  private var scale: ValueID?
  private var kernel: ArraySlice<Dimension>

  /// What part `index` of a fused node reads.
  init(_ index: Int, of node: Node, _ fused: Fused, in graph: Graph) {
    let place = OperandLayout(fused).parts[index]
    part = fused.parts[index]
    input = node.operands[place.input]
    scale = place.scale.map { node.operands[$0] }
    kernel = graph.type(of: node.operands[place.weight]).shape[2...]
  }
}
