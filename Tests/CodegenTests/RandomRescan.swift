import GraphIR
import Importers
import OrderedCollections
import TestSupport
import Testing

/// A RESCAN with seeded weights.
struct RandomRescan: Sendable, CustomTestStringConvertible {
  /// `Conv`, `RNN`, `GRU` or `LSTM`.
  var unit = "GRU"
  var channels = 24
  var depth = 7
  var stages = 4
  var usesSE = true
  var frame = Frame.full

  var testDescription: String {
    "\(unit), \(channels) channels, depth \(depth), \(stages) stages, \(frame)"
      + (usesSE ? "" : ", without squeeze-and-excitation")
  }

  /// Channels between the two linear layers of squeeze-and-excitation.
  private static let squeezed = 6

  /// Gates that see the input, and those that see the state.
  private var gates: (input: [String], state: [String]) {
    switch unit {
    case "Conv": (["conv"], [])
    case "RNN": (["conv_x"], ["conv_h"])
    case "GRU": (["z", "r", "n"].map { "conv_x\($0)" }, ["z", "r", "n"].map { "conv_h\($0)" })
    default:
      (["f", "i", "o", "j"].map { "conv_x\($0)" }, ["f", "i", "o", "j"].map { "conv_h\($0)" })
    }
  }

  /// The names of the checkpoint with the shapes of its tensors.
  private var shapes: OrderedDictionary<String, [Int]> {
    var shapes: OrderedDictionary<String, [Int]> = [:]
    func add(_ name: String, _ shape: [Int]) {
      shapes["\(name).weight"] = shape
      shapes["\(name).bias"] = [shape[0]]
    }
    func addSE(_ name: String) {
      guard usesSE else { return }
      add("\(name).fc.0", [Self.squeezed, channels])
      add("\(name).fc.2", [channels, Self.squeezed])
    }
    for layer in 0..<(depth - 2) {
      let inputs = layer == 0 ? 3 : channels
      for gate in gates.input { add("rnns.\(layer).\(gate)", [channels, inputs, 3, 3]) }
      for gate in gates.state { add("rnns.\(layer).\(gate)", [channels, channels, 3, 3]) }
      addSE("rnns.\(layer).se")
    }
    add("dec.0", [channels, channels, 3, 3])
    addSE("dec.1")
    add("dec.3", [3, channels, 1, 1])
    return shapes
  }

  /// The imported graph.
  ///
  /// - Parameter outputs: Names of the outputs; nil for the derained image alone.
  func graph(outputs: [String]? = nil) throws -> Graph {
    var tensors: OrderedDictionary<String, Tensor> = [:]
    for (index, (name, shape)) in shapes.enumerated() {
      let fanIn = shape.count == 1 ? 12 : shape.dropFirst().reduce(1, *)
      tensors[name] = .random(
        shape, seed: UInt64(index), amplitude: (3 / Float(fanIn)).squareRoot())
    }
    let file = try ModelFile(bytes: safeTensorsFile(tensors))
    return try Model(file, ImportOptions(stages: stages, frame: frame, outputs: outputs)).graph
  }

  /// The imported graph with all its outputs.
  func graphWithAllOutputs() throws -> Graph {
    try graph(outputs: (1...stages).map { "rain_\($0)" } + ["derained"])
  }
}
