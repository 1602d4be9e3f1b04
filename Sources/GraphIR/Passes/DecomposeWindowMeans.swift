/// Takes means of windows apart into the convolution that lets every element of a kernel see what
/// it meets, for readers that know no such operation.
///
/// ```
/// %1 = window_means %x, %m {kernel: [3, 3], pad: [1, 1, 1, 1]}
/// →
/// %1 = conv2d %x, @elements {pad: [1, 1, 1, 1], groups: C}
/// %2 = global_avg_pool %1
/// %3 = global_avg_pool %x
/// %4 = sub %m, %3
/// %5 = conv2d %4, @repeats {groups: C}
/// %6 = add %2, %5
/// ```
///
/// `@elements` holds a kernel for every element, with a one there and zeros elsewhere; `@repeats`
/// gives every element of a channel the same number.
package struct DecomposeWindowMeans: RewritePass {
  package let name = "decompose-window-means"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard case .windowMeans(let means) = node.op else { return false }
    func add(_ op: Op, _ operands: [ValueID]) throws(GraphError) -> ValueID {
      try graph.add(op, operands, before: node.id, provenance: node.provenance.through(name))[0]
    }
    func pool(_ value: ValueID) throws(GraphError) -> ValueID {
      try add(.globalAveragePool(GlobalAveragePool()), [value])
    }
    let channels = graph.type(of: node.operands[0]).channels ?? 1
    var (image, mean) = (node.operands[0], node.operands[1])
    if node.operands.count == 3 {
      image = try add(.pointwise(Pointwise(.multiply)), [image, node.operands[2]])
      mean = try add(.pointwise(Pointwise(.multiply)), [mean, node.operands[2]])
    }
    let elements = graph.weightOfElements(means.kernel, channels: channels)
    let met = try pool(
      try add(.conv2D(Conv2D(window: means.window, groups: channels)), [image, elements]))
    let rest = try add(.pointwise(Pointwise(.subtract)), [mean, try pool(image)])
    let repeats = graph.weightOfOnes(means.kernel[0] * means.kernel[1], channels: channels)
    let repeated = try add(.conv2D(Conv2D(groups: channels)), [rest, repeats])
    let sum = try add(.pointwise(Pointwise(.add)), [met, repeated])
    graph.replaceUses(of: node.result, with: sum)
    return true
  }
}

extension Graph {
  /// `[C · R · S, 1, R, S]`: for every channel and element, a kernel that sees nothing else.
  fileprivate mutating func weightOfElements(_ kernel: [Int], channels: Int) -> ValueID {
    let area = kernel[0] * kernel[1]
    let one = (0..<area * area).map { Float($0 / area == $0 % area ? 1 : 0) }
    let all = Tensor(
      shape: [channels * area, 1] + kernel,
      elements: Array(repeatElement(one, count: channels).joined()))
    return addDerivedWeight("elements\(kernel[0])x\(kernel[1])", all.type, all)
  }

  /// `[C · count, 1, 1, 1]` of ones.
  fileprivate mutating func weightOfOnes(_ count: Int, channels: Int) -> ValueID {
    let ones = Tensor(
      shape: [channels * count, 1, 1, 1],
      elements: Array(repeating: 1, count: channels * count))
    return addDerivedWeight("repeats\(count)", ones.type, ones)
  }
}
