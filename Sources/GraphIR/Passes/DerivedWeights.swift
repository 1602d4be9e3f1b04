/// Weights that passes compute from others. A weight without elements gives one without elements;
/// equal derivations share one weight.
extension Graph {
  /// Takes the input channels `range` of a weight `[K, C, R, S]`.
  ///
  /// - Precondition: the value is a weight of rank 4.
  mutating func sliceInputChannels(of weight: ValueID, _ range: Range<Int>) -> ValueID {
    var result = type(of: weight)
    guard result.fixedShape?.count == 4 else {
      preconditionFailure("only convolution weights have input channels")
    }
    let part = tensor(of: weight)?.inputChannels(range)
    result.shape[1] = .fixed(range.count)
    let name = "\(weightName(weight)).in\(range.lowerBound)_\(range.upperBound)"
    return addDerivedWeight(name, result, part)
  }

  /// Joins weights along their first axis.
  ///
  /// - Precondition: the values are weights whose other extents agree.
  mutating func concatenateWeights(_ weights: [ValueID]) -> ValueID {
    let shapes = weights.compactMap { type(of: $0).fixedShape }
    var shape = shapes[0]
    shape[0] = shapes.reduce(0) { $0 + $1[0] }
    let known = weights.compactMap { tensor(of: $0) }
    let joined =
      known.count == weights.count
      ? Tensor(shape: shape, elements: known.flatMap(\.elements)) : nil
    let name = weights.dropFirst().reduce(weightName(weights[0])) {
      joinedName($0, weightName($1), by: "$")
    }
    return addDerivedWeight(name, TensorType(.float32, shape.map(Dimension.fixed)), joined)
  }

  /// Joins biases, of which each is as long as it says; a missing one counts as zeros.
  ///
  /// - Returns: nil where all are missing.
  mutating func concatenateBiases(_ biases: [(bias: ValueID?, channels: Int)]) -> ValueID? {
    guard biases.contains(where: { $0.bias != nil }) else { return nil }
    return concatenateWeights(biases.map { $0.bias ?? addZeros($0.channels) })
  }

  /// Adds two weights of one shape, element by element.
  mutating func sumOfWeights(_ first: ValueID, _ second: ValueID) -> ValueID {
    var sum: Tensor?
    if let a = tensor(of: first), let b = tensor(of: second) {
      sum = Tensor(shape: a.shape, elements: zip(a.elements, b.elements).map(+))
    }
    let name = joinedName(weightName(first), weightName(second), by: "_plus_")
    return addDerivedWeight(name, type(of: first), sum)
  }

  /// A weight `[K, C, R, S]` as one of single pixels, `[K, C · R · S, 1, 1]`, for ``WindowMeans``.
  ///
  /// - Precondition: the value is a weight of rank 4.
  mutating func weightOfMeans(_ weight: ValueID) -> ValueID {
    guard let shape = type(of: weight).fixedShape, shape.count == 4 else {
      preconditionFailure("only convolution weights meet the means of windows")
    }
    let flat = [shape[0], shape[1] * shape[2] * shape[3], 1, 1]
    return addDerivedWeight(
      "\(weightName(weight)).means", TensorType(.float32, flat.map(Dimension.fixed)),
      tensor(of: weight)?.reshaped(flat))
  }

  /// A vector of zeros.
  mutating func addZeros(_ count: Int) -> ValueID {
    let zeros = Tensor(shape: [count], elements: Array(repeating: 0, count: count))
    return addDerivedWeight("zeros\(count)", zeros.type, zeros)
  }

  private func weightName(_ value: ValueID) -> String {
    guard case .weight(let name) = self[value].definition else {
      preconditionFailure("a value that is no weight has no elements to derive others from")
    }
    return name
  }
}

/// One name for two weights: shared dotted components once, the others joined.
///
/// `a.x.weight` and `a.y.weight` give `a.x$y.weight`.
private func joinedName(_ first: String, _ second: String, by separator: String) -> String {
  let a = first.split(separator: ".", omittingEmptySubsequences: false)
  let b = second.split(separator: ".", omittingEmptySubsequences: false)
  guard a.count == b.count, a.count > 1 else { return first + separator + second }
  return zip(a, b).map { $0 == $1 ? String($0) : $0 + separator + $1 }.joined(separator: ".")
}
