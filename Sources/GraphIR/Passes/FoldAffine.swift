/// Takes a constant factor or summand per channel into the weights of the convolution before or
/// behind it: what is left of a normalisation in a trained network.
///
/// ```
/// %0 = conv2d %x, @w, @b
/// %1 = mul %0, @s               →    %0 = conv2d %x, @w.affine, @b.affine
/// %2 = add %1, @t                    return y: %0
/// return y: %2
/// ```
///
/// A summand before a convolution must not be added to its padding, so there must be none. Nobody
/// else may use the result of the convolution.
package struct FoldAffine: RewritePass {
  package let name = "fold-affine"

  package init() {}

  package func rewrite(
    _ node: Node, in graph: inout Graph, _ context: PassContext
  ) throws(GraphError) -> Bool {
    let changed =
      changed(affine: node, in: graph) ?? changed(convolution: node, in: graph)
    guard let changed else { return false }
    let (source, weights) = changed
    var operands = [weights.input, source.operands[1]]
    operands[1] = graph.addDerivedWeight(
      changedName(weights.name), weights.kernel.type, weights.kernel)
    if weights.hasBias {
      let bias = Tensor(shape: [weights.bias.count], elements: weights.bias)
      operands.append(
        graph.addDerivedWeight(changedName(weights.biasName), bias.type, bias))
    }
    let result = try graph.add(
      source.op, operands, before: node.id, provenance: source.provenance.through(name))[0]
    graph.replaceUses(of: node.result, with: result)
    return true
  }

  /// One suffix, however often a weight is changed; the number behind it is made anew.
  private func changedName(_ name: String) -> String {
    var parts = name.split(separator: ".")
    if parts.count > 2, Int(parts[parts.count - 1]) != nil, parts[parts.count - 2] == "affine" {
      parts.removeLast()
    }
    if parts.last != "affine" { parts.append("affine") }
    return parts.joined(separator: ".")
  }

  /// An affine function of a convolution.
  private func changed(
    affine node: Node, in graph: Graph
  ) -> (Node, ConvolutionWeights)? {
    guard let affine = ChannelAffine(node, in: graph),
      let source = graph.producer(of: affine.value),
      graph.onlyUser(of: affine.value, is: node.id),
      var weights = ConvolutionWeights(source, in: graph),
      let (scale, shift) = affine.coefficients(in: graph, channels: weights.bias.count)
    else { return nil }
    weights.scaleResult(scale, plus: shift)
    return (source, weights)
  }

  /// A convolution of an affine function.
  private func changed(convolution node: Node, in graph: Graph) -> (Node, ConvolutionWeights)? {
    guard var weights = ConvolutionWeights(node, in: graph),
      let source = graph.producer(of: weights.input),
      let affine = ChannelAffine(source, in: graph),
      affine.isScaling || weights.padding.allSatisfy({ $0 == 0 }),
      let channels = graph.type(of: weights.input).channels,
      let (scale, shift) = affine.coefficients(in: graph, channels: channels)
    else { return nil }
    weights.input = affine.value
    weights.scaleInput(scale, plus: shift)
    return (node, weights)
  }
}

/// The known weights of a convolution while they are changed.
private struct ConvolutionWeights {
  var input: ValueID
  let name: String
  let biasName: String
  let padding: [Int]
  /// The weight, `[K, C / groups, R, S]`.
  private(set) var kernel: Tensor
  /// `[K]`; zeros where the convolution has none.
  private(set) var bias: [Float]
  private(set) var hasBias: Bool
  private let groups: Int

  init?(_ node: Node, in graph: Graph) {
    guard case .conv2D(let conv) = node.op, let kernel = graph.tensor(of: node.operands[1]),
      let name = graph[node.operands[1]].name
    else { return nil }
    hasBias = node.operands.count == 3
    if hasBias {
      guard let tensor = graph.tensor(of: node.operands[2]) else { return nil }
      bias = tensor.elements
    } else {
      bias = Array(repeating: 0, count: kernel.shape[0])
    }
    input = node.operands[0]
    self.kernel = kernel
    self.name = name
    biasName = (hasBias ? graph[node.operands[2]].name : nil) ?? name + ".bias"
    padding = conv.window.padding
    groups = conv.groups
  }

  /// Makes it `scale ⊙ (w * x + b) + shift`.
  mutating func scaleResult(_ scale: [Float], plus shift: [Float]) {
    mapKernel { output, _, weight in weight * scale[output] }
    for index in bias.indices { bias[index] = bias[index] * scale[index] + shift[index] }
    hasBias = hasBias || shift.contains { $0 != 0 }
  }

  /// Makes it `w * (scale ⊙ x + shift) + b`.
  mutating func scaleInput(_ scale: [Float], plus shift: [Float]) {
    if shift.contains(where: { $0 != 0 }) {
      var sums = bias.map(Double.init)
      mapKernel { output, input, weight in
        sums[output] += Double(weight) * Double(shift[input])
        return weight
      }
      bias = sums.map(Float.init)
      hasBias = true
    }
    mapKernel { _, input, weight in weight * scale[input] }
  }

  /// Replaces every weight, given the channels of result and input that it connects.
  private mutating func mapKernel(_ transform: (Int, Int, Float) -> Float) {
    let (outputs, inputs) = (kernel.shape[0], kernel.shape[1])
    let area = kernel.shape[2] * kernel.shape[3]
    let elements = kernel.elements.enumerated().map { index, weight in
      let (output, input) = (index / (inputs * area), index / area % inputs)
      let group = output / (outputs / groups)
      return transform(output, group * inputs + input, weight)
    }
    kernel = Tensor(shape: kernel.shape, elements: elements)
  }
}
