/// Computes the mean of a convolution from means of its input, so that nothing waits for the
/// convolution itself.
///
/// ```
/// %1, %2 = fused {                      %1 = global_avg_pool %0
///     acc[1] = conv2d(%0, @w)           %2 = window_means %0, %1 {kernel: [3, 3]}
///     t0 = relu(acc[0])                 %3 = fused {
///     yield t0, mean(acc[0])                acc[1] = conv2d(%2, @w.means)
///   }                              →        yield acc[0]
/// %3 = sigmoid %2                         }
/// %4 = fused {                          %4 = sigmoid %3
///     acc[1] = conv2d(%1 * %3, @v)      %5 = fused {
///     yield acc[0]                          acc[1] = conv2d(%0, @w)
///   }                                       t0 = relu(acc[0])
/// return y: %4                              yield t0
///                                         }
///                                       …
/// ```
///
/// It pays where only one other fused node reads the image, with kernels of a single pixel, as behind
/// the squeeze-and-excitation of a decoder: both nodes can then run as one pass over a few rows at a
/// time, and the image between them never reaches memory. The inputs must be computed by fused
/// nodes, which give their means for nothing.
package struct MeanAhead: RewritePass {
  package let name = "mean-ahead"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    guard let convolution = MeanedConvolution(node, in: graph),
      graph.isMixedByOneOther(convolution.image)
    else { return false }
    let mean = try convolution.meanAhead(in: &graph, by: name)
    for result in node.results where result != convolution.image {
      graph.replaceUses(of: result, with: mean)
    }
    var draft = FusedDraft(node, convolution.fused, in: graph)
    draft.yield(convolution.image)
    return try draft.insert(
      into: &graph, before: node.id, provenance: node.provenance.through(name))
  }
}

extension WindowMeans {
  /// Whether there are such means of an image.
  fileprivate func fits(_ image: TensorType) -> Bool {
    let mean = TensorType(.float32, image.shape[..<2] + [1, 1])
    return (try? resultTypes(of: [image, mean])) != nil
  }
}

extension Graph {
  /// Rows and columns of a filter.
  fileprivate func kernel(of weight: ValueID) -> [Int] {
    Array((type(of: weight).fixedShape ?? []).dropFirst(2))
  }

  /// Whether the only user of a value is a fused node that convolves it with kernels of a single
  /// pixel.
  fileprivate func isMixedByOneOther(_ value: ValueID) -> Bool {
    let users = nodes(using: value)
    guard let user = users.first, onlyUser(of: value, is: user),
      case .fused(let fused) = self[user].op
    else { return false }
    let operands = self[user].operands
    let parts = OperandLayout(fused).parts.filter { operands[$0.input] == value }
    return !parts.isEmpty
      && parts.allSatisfy { type(of: operands[$0.weight]).shape[2...] == [1, 1] }
  }
}

/// A fused node with one accumulator that yields one image and the mean of its accumulator, of
/// inputs whose means cost nothing.
private struct MeanedConvolution {
  let node: Node
  let fused: Fused
  let layout: OperandLayout
  let image: ValueID

  init?(_ node: Node, in graph: Graph) {
    guard case .fused(let fused) = node.op, fused.accumulators == 1 else { return nil }
    let yields = fused.body.yields
    let layout = OperandLayout(fused)
    guard let place = yields.firstIndex(where: { !$0.isMean }), yields.count > 1,
      yields.indices.allSatisfy({ index in
        index == place || yields[index] == .init(.accumulator(0), isMean: true)
      }),
      layout.constants.allSatisfy({ graph.isWeight(node.operands[$0]) }),
      zip(fused.parts, layout.parts).allSatisfy({ part, place in
        guard case .fused? = graph.producer(of: node.operands[place.input])?.op else {
          return false
        }
        let input = graph.type(of: node.operands[place.input])
        // The scale may be one for all indices of the first axis.
        if let scale = place.scale, graph.type(of: node.operands[scale]).shape[0] != input.shape[0]
        {
          return false
        }
        let kernel = graph.kernel(of: node.operands[place.weight])
        return WindowMeans(kernel: kernel, window: part.window).fits(input)
      })
    else { return nil }
    (self.node, self.fused, self.layout, image) = (node, fused, layout, node.results[place])
  }

  /// Adds the nodes that compute the mean in front of the convolution.
  func meanAhead(in graph: inout Graph, by pass: String) throws(GraphError) -> ValueID {
    let provenance = node.provenance.through(pass)
    func add(_ op: Op, _ operands: [ValueID]) throws(GraphError) -> ValueID {
      try graph.add(op, operands, before: node.id, provenance: provenance)[0]
    }
    var operands: [ValueID] = []
    for (part, place) in zip(fused.parts, layout.parts) {
      let (input, weight) = (node.operands[place.input], node.operands[place.weight])
      let kernel = graph.kernel(of: weight)
      let mean = try add(.globalAveragePool(GlobalAveragePool()), [input])
      let means = WindowMeans(kernel: kernel, window: part.window)
      let scale = place.scale.map { [node.operands[$0]] } ?? []
      operands.append(try add(.windowMeans(means), [input, mean] + scale))
      operands.append(graph.weightOfMeans(weight))
    }
    operands += layout.bias.map { [node.operands[$0]] } ?? []
    let sum = Fused(
      parts: fused.parts.map { _ in Fused.Part(window: Window()) }, accumulators: 1,
      hasBias: fused.hasBias, body: PointwiseProgram(yields: [.init(.accumulator(0))]))
    return try add(.fused(sum), operands)
  }
}
