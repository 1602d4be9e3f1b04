internal import GraphIR
internal import OrderedCollections

/// The parts that progressive networks are wired from.
///
/// States begin as zeros. What zeros contribute is left out: their channels of a weight, and
/// products with them.
struct ProgressiveBuilder {
  /// What an iteration hands to the next; nil stands for zeros.
  struct State {
    var hidden: ValueID?
    /// The cell of an LSTM.
    var cell: ValueID?
  }

  let stages: Int
  /// The rainy image.
  let image: ValueID
  /// Channels of every layer.
  private let width: Int
  private var reader: WeightReader
  var graph: GraphBuilder
  var stage = 1
  var layer = ""

  init(family: String, _ weights: StateDict, stages: Int) throws(ImportError) {
    self.stages = stages
    reader = WeightReader(weights)
    width = try reader.shape(of: "conv0.0.weight", rank: 4)[0]
    graph = GraphBuilder(name: family)
    image = graph.input("image", TensorType(.float32, ["N", 3, "H", "W"]))
    graph.setAttribute("family", family)
    graph.setAttribute("channel_order", "rgb")
    graph.setAttribute("channels", String(width))
    graph.setAttribute("stages", String(stages))
    graph.setAttribute("default_outputs", "derained")
  }

  /// The graph that `wire` makes, with notes on what it had no use for.
  mutating func finish(
    _ options: ImportOptions, _ notes: inout [String],
    _ wire: (inout ProgressiveBuilder) throws(BuildFailure) -> Void
  ) throws(ImportError) -> Graph {
    if let frame = options.frame {
      notes.append("this network has one kind of frame: --frame \(frame.rawValue) has no effect")
    }
    do throws(BuildFailure) {
      try wire(&self)
      if !reader.unused.isEmpty {
        notes.append("unused tensors: \(reader.unused.joined(separator: ", "))")
      }
      do { return try graph.finish() } catch { throw .graph(error) }
    } catch {
      throw error.importError
    }
  }

  // MARK: - Layers

  /// The first convolution of an iteration, `relu(conv0(cat(inputs)))`.
  mutating func first(_ inputs: [ValueID], suffix: String = "") throws(BuildFailure) -> ValueID {
    layer = "conv0\(suffix)"
    return try gate(layer, .relu, inputs)
  }

  /// The last convolution of an iteration, to an image.
  mutating func last(_ x: ValueID, suffix: String = "") throws(BuildFailure) -> ValueID {
    layer = "conv\(suffix)"
    return try convolve([x], "\(layer).0", outputs: 3)
  }

  /// `relu(relu(conv(relu(conv(x)))) + x)`.
  mutating func residual(_ x: ValueID, _ name: String) throws(BuildFailure) -> ValueID {
    layer = name
    let hidden = try apply(.relu, try convolve([x], "\(name).0", outputs: width))
    let change = try apply(.relu, try convolve([hidden], "\(name).2", outputs: width))
    return try apply(.relu, try apply(.add, change, x))
  }

  /// An LSTM that sees `cat(inputs)`.
  mutating func lstm(_ inputs: [ValueID?], _ cell: ValueID?, suffix: String = "")
    throws(BuildFailure) -> State
  {
    layer = "lstm\(suffix)"
    let i = try gate("conv_i\(suffix)", .sigmoid, inputs)
    let o = try gate("conv_o\(suffix)", .sigmoid, inputs)
    var sum = try apply(.multiply, i, try gate("conv_g\(suffix)", .tanh, inputs))
    if let cell {
      let f = try gate("conv_f\(suffix)", .sigmoid, inputs)
      sum = try apply(.add, try apply(.multiply, f, cell), sum)
    }
    return State(hidden: try apply(.multiply, o, try apply(.tanh, sum)), cell: sum)
  }

  /// `function(conv(cat(inputs)))`, as wide as the network; nil stands for a state of zeros.
  mutating func gate(_ name: String, _ function: PointwiseFunction, _ inputs: [ValueID?])
    throws(BuildFailure) -> ValueID
  {
    try apply(function, try convolve(inputs, "\(name).0", outputs: width))
  }

  // MARK: - Operations

  /// `conv(cat(inputs))`, 3 × 3; where inputs are zeros, a sum of convolutions of the others.
  private mutating func convolve(_ inputs: [ValueID?], _ name: String, outputs: Int)
    throws(BuildFailure) -> ValueID
  {
    let channels = inputs.map { input in
      input.flatMap { graph.graph.type(of: $0).channels } ?? width
    }
    let weight = try tensor("\(name).weight", [outputs, channels.reduce(0, +), 3, 3])
    let bias = graph.weight("\(name).bias", try tensor("\(name).bias", [outputs]))
    let present = inputs.compactMap { $0 }
    if present.count == inputs.count {
      let x = present.count == 1 ? present[0] : try add(.concat(Concat(axis: 1)), present, name)
      return try convolve(x, graph.weight("\(name).weight", weight), [bias], name)
    }
    var sum: ValueID?
    var end = 0
    for (input, count) in zip(inputs, channels) {
      end += count
      guard let input else { continue }
      // Named as optimization names the same part in later iterations, which makes them one.
      let part = graph.weight(
        "\(name).weight.in\(end - count)_\(end)", weight.inputChannels(end - count..<end))
      let term = try convolve(input, part, sum == nil ? [bias] : [], name)
      if let before = sum { sum = try apply(.add, before, term) } else { sum = term }
    }
    guard let sum else { preconditionFailure("a convolution sees something besides zeros") }
    return sum
  }

  private mutating func convolve(
    _ x: ValueID, _ weight: ValueID, _ bias: [ValueID], _ name: String
  ) throws(BuildFailure) -> ValueID {
    try add(.conv2D(Conv2D(window: .same(kernel: 3))), [x, weight] + bias, name)
  }

  private mutating func tensor(_ name: String, _ shape: [Int]) throws(BuildFailure) -> Tensor {
    do { return try reader.tensor(name, shape: shape) } catch { throw .file(error) }
  }

  mutating func apply(_ function: PointwiseFunction, _ operands: ValueID...)
    throws(BuildFailure) -> ValueID
  {
    try add(.pointwise(Pointwise(function)), operands, nil)
  }

  private mutating func add(_ op: Op, _ operands: [ValueID], _ source: String?)
    throws(BuildFailure) -> ValueID
  {
    graph.provenance = Provenance(source: source, stage: stage, layer: layer)
    do { return try graph.apply(op, operands) } catch { throw .graph(error) }
  }
}
