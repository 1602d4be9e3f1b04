/// A pointwise node that multiplies every channel of an image by a constant and adds another:
/// `scale ⊙ v + shift`.
struct ChannelAffine {
  /// `[N, C, H, W]`, the type of the result.
  let value: ValueID
  /// The constant with which the function was given, as a weight of one number or of `C`.
  private let constant: ValueID
  private let form: Form

  /// What the function does with its constant `c`.
  private enum Form { case add, subtract, subtractFrom, multiply, divide }

  /// Recognises a function of an image and a constant.
  init?(_ node: Node, in graph: Graph) {
    guard case .pointwise(let pointwise) = node.op, node.operands.count == 2,
      let channels = graph.type(of: node.result).channels,
      let place = (0..<2).first(where: { graph.isWeight(node.operands[$0]) }),
      graph.type(of: node.operands[1 - place]) == graph.type(of: node.result),
      Self.isPerChannel(graph.type(of: node.operands[place]), channels)
    else { return nil }
    switch pointwise.function {
    case .add: form = .add
    case .subtract: form = place == 1 ? .subtract : .subtractFrom
    case .multiply: form = .multiply
    case .divide where place == 1: form = .divide
    default: return nil
    }
    value = node.operands[1 - place]
    constant = node.operands[place]
  }

  /// Whether a shape that is broadcast to `[N, channels, H, W]` differs along channels at most.
  private static func isPerChannel(_ type: TensorType, _ channels: Int) -> Bool {
    let others = type.shape.indices.filter { $0 != type.rank - 3 }
    return type.rank <= 4 && others.allSatisfy { type.shape[$0] == 1 }
      && (type.rank < 3 || type.shape[type.rank - 3] == 1
        || type.shape[type.rank - 3] == .fixed(channels))
  }

  /// Whether nothing is added.
  var isScaling: Bool { form == .multiply || form == .divide }

  /// The factor and the summand of every channel, where the constant is known and finite.
  func coefficients(in graph: Graph, channels: Int) -> (scale: [Float], shift: [Float])? {
    guard let numbers = graph.tensor(of: constant)?.elements, numbers.allSatisfy(\.isFinite) else {
      return nil
    }
    let all = numbers.count == 1 ? Array(repeating: numbers[0], count: channels) : numbers
    let (ones, zeros) = (all.map { _ in Float(1) }, all.map { _ in Float(0) })
    if form == .divide && all.contains(0) { return nil }
    return switch form {
    case .add: (ones, all)
    case .subtract: (ones, all.map { -$0 })
    case .subtractFrom: (all.map { _ in -1 }, all)
    case .multiply: (all, zeros)
    case .divide: (all.map { 1 / $0 }, zeros)
    }
  }
}
