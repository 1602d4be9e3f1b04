package import GraphIR

extension Tensor {
  /// Uniform numbers between `-amplitude` and `amplitude`.
  package static func random(_ shape: [Int], seed: UInt64, amplitude: Float = 1) -> Tensor {
    var generator = SplitMix64(seed: seed)
    let count = shape.reduce(1, *)
    return Tensor(
      shape: shape, elements: (0..<count).map { _ in generator.number(amplitude: amplitude) })
  }
}

/// The graph with seeded elements for every weight that has none.
///
/// Weights of a convolution are scaled by their fan-in, so that deep graphs keep numbers near 1.
/// The elements depend on the seed and the name of a weight alone, so two graphs that share names
/// get equal weights.
package func fillingWeights(of graph: Graph, seed: UInt64) -> Graph {
  var filled = graph
  for name in graph.weightNames {
    guard let value = graph.weight(named: name), graph.tensor(of: value) == nil,
      let shape = graph.type(of: value).fixedShape
    else { continue }
    let fanIn = max(1, shape.dropFirst().reduce(1, *))
    let amplitude = shape.count == 4 ? (3 / Float(fanIn)).squareRoot() : 0.5
    filled.setTensor(
      .random(shape, seed: seed ^ digest(of: name), amplitude: amplitude), ofWeight: name)
  }
  return filled
}

/// What the symbols of images stand for where nothing else is said.
package let defaultSizes = ["N": 1, "H": 8, "W": 8]

/// Seeded inputs for a graph, each in `0 ..< 1` like pixels.
///
/// - Parameters:
///   - sizes: Extents for the symbols of the input types; others are 1 for `N` and 8 elsewhere.
package func randomInputs(
  for graph: Graph, sizes: [String: Int] = [:], seed: UInt64
) -> [String: Tensor] {
  var inputs: [String: Tensor] = [:]
  let symbols = sizes.merging(defaultSizes) { given, _ in given }
  for value in graph.inputs {
    guard let name = graph[value].name else { continue }
    let shape = graph.type(of: value).shape.map { $0.evaluated(symbols) ?? 8 }
    let signed = Tensor.random(shape, seed: seed ^ digest(of: name))
    inputs[name] = Tensor(shape: shape, elements: signed.elements.map { ($0 + 1) / 2 })
  }
  return inputs
}

/// FNV-1a of a name; unlike `hashValue` it is the same in every process.
private func digest(of name: String) -> UInt64 {
  name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
