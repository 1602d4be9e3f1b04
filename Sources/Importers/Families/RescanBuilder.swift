internal import GraphIR

/// Wires a RESCAN stage by stage over shared weights.
struct RescanBuilder {
  typealias Failure = BuildFailure

  /// What a layer hands to itself in the next stage.
  struct State {
    var hidden: ValueID
    /// The cell of an LSTM.
    var cell: ValueID?
  }

  private let shape: RescanShape
  private(set) var reader: WeightReader
  private var graph: GraphBuilder
  private var stage = 1
  private var layer = ""

  init(_ shape: RescanShape, _ weights: StateDict) {
    self.shape = shape
    reader = WeightReader(weights)
    graph = GraphBuilder(name: "rescan")
  }

  func finish() throws(Failure) -> Graph {
    do { return try graph.finish() } catch { throw .graph(error) }
  }

  mutating func build() throws(Failure) {
    describe()
    let image = graph.input("image", TensorType(.float32, ["N", 3, "H", "W"]))
    var input = image
    var states: [State?] = Array(repeating: nil, count: shape.layers)
    var rain: ValueID?
    for stage in 1...shape.stages {
      self.stage = stage
      let prediction = try buildStage(input, &states)
      layer = "frame"
      if shape.frame == .add, let previous = rain {
        rain = try apply(.add, prediction, previous)
      } else {
        rain = prediction
      }
      guard let rain else { continue }
      graph.output("rain_\(stage)", rain)
      input = try apply(.subtract, image, rain)
    }
    graph.output("derained", input)
  }

  private mutating func describe() {
    graph.setAttribute("family", "rescan")
    graph.setAttribute("channel_order", "bgr")
    graph.setAttribute("unit", shape.unit.rawValue)
    graph.setAttribute("channels", String(shape.channels))
    graph.setAttribute("depth", String(shape.layers + 2))
    graph.setAttribute("use_se", String(shape.usesSE))
    graph.setAttribute("frame", shape.frame.rawValue)
    graph.setAttribute("stages", String(shape.stages))
    graph.setAttribute("default_outputs", "derained")
  }

  private mutating func buildStage(_ input: ValueID, _ states: inout [State?]) throws(Failure)
    -> ValueID
  {
    var x = input
    for index in 0..<shape.layers {
      layer = "rnns.\(index)"
      let unit = try buildUnit(x, states[index], index)
      let excited = try excite(unit.hidden, "\(layer).se")
      x = try apply(.leakyReLU(slope: 0.2), excited, source: layer)
      states[index] = State(hidden: x, cell: unit.cell)
    }
    layer = "dec"
    let features = try convolve(x, "dec.0", shape.channels, shape.channels, kernel: 3)
    let active = try apply(.leakyReLU(slope: 0.2), try excite(features, "dec.1"), source: "dec.2")
    return try convolve(active, "dec.3", shape.channels, 3, kernel: 1)
  }

  // MARK: - Recurrent units

  /// The unit of one layer before squeeze-and-excitation; in the first stage there is no state and
  /// its convolutions, biases included, are left out.
  private mutating func buildUnit(_ x: ValueID, _ state: State?, _ index: Int) throws(Failure)
    -> State
  {
    switch shape.unit {
    case .conv: State(hidden: try input(x, "conv", index))
    case .rnn: State(hidden: try gate("", .tanh, x, state?.hidden, index))
    case .gru: State(hidden: try buildGRU(x, state?.hidden, index))
    case .lstm: try buildLSTM(x, state, index)
    }
  }

  private mutating func buildGRU(_ x: ValueID, _ hidden: ValueID?, _ index: Int) throws(Failure)
    -> ValueID
  {
    let z = try gate("z", .sigmoid, x, hidden, index)
    guard let hidden else {
      return try apply(.multiply, z, try gate("n", .tanh, x, nil, index))
    }
    let r = try gate("r", .sigmoid, x, hidden, index)
    let n = try gate("n", .tanh, x, try apply(.multiply, r, hidden), index)
    let kept = try apply(.multiply, try apply(.subtract, graph.scalar(1), z), hidden)
    return try apply(.add, kept, try apply(.multiply, z, n))
  }

  private mutating func buildLSTM(_ x: ValueID, _ state: State?, _ index: Int) throws(Failure)
    -> State
  {
    let hidden = state?.hidden
    let i = try gate("i", .sigmoid, x, hidden, index)
    let o = try gate("o", .sigmoid, x, hidden, index)
    let j = try gate("j", .tanh, x, hidden, index)
    let new = try apply(.multiply, i, j)
    guard let cell = state?.cell else {
      return State(hidden: try apply(.multiply, o, new), cell: new)
    }
    let f = try gate("f", .sigmoid, x, hidden, index)
    let sum = try apply(.add, try apply(.multiply, f, cell), new)
    return State(hidden: try apply(.multiply, o, try apply(.tanh, sum)), cell: sum)
  }

  /// `function(conv_x x + conv_h h)`, without the second term where there is no state.
  private mutating func gate(
    _ suffix: String, _ function: PointwiseFunction, _ x: ValueID, _ hidden: ValueID?,
    _ index: Int
  ) throws(Failure) -> ValueID {
    var sum = try input(x, "conv_x\(suffix)", index)
    if let hidden {
      let name = "\(layer).conv_h\(suffix)"
      let recurrent = try convolve(hidden, name, shape.channels, shape.channels, kernel: 3)
      sum = try apply(.add, sum, recurrent)
    }
    return try apply(function, sum)
  }

  private mutating func input(_ x: ValueID, _ name: String, _ index: Int) throws(Failure)
    -> ValueID
  {
    try convolve(
      x, "\(layer).\(name)", index == 0 ? 3 : shape.channels, shape.channels, kernel: 3,
      dilation: shape.dilation(ofLayer: index))
  }

  // MARK: - Operations

  /// `x ⊙ σ(W₂ · relu(W₁ · mean(x) + b₁) + b₂)`; the linear layers are 1 × 1 convolutions of the
  /// means.
  private mutating func excite(_ x: ValueID, _ name: String) throws(Failure) -> ValueID {
    guard shape.usesSE else { return x }
    let mean = try add(.globalAveragePool(GlobalAveragePool()), [x], source: name)
    let hidden = try linear(mean, "\(name).fc.0", shape.channels, shape.squeezed)
    let active = try apply(.relu, hidden, source: name)
    let scale = try apply(
      .sigmoid, try linear(active, "\(name).fc.2", shape.squeezed, shape.channels), source: name)
    return try apply(.multiply, x, scale, source: name)
  }

  private mutating func linear(_ x: ValueID, _ name: String, _ inputs: Int, _ outputs: Int)
    throws(Failure) -> ValueID
  {
    let weight = try tensor("\(name).weight", [outputs, inputs]).reshaped([outputs, inputs, 1, 1])
    let bias = try tensor("\(name).bias", [outputs])
    let operands = [
      x, graph.weight("\(name).weight", weight), graph.weight("\(name).bias", bias),
    ]
    return try add(.conv2D(Conv2D()), operands, source: name)
  }

  private mutating func convolve(
    _ x: ValueID, _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int, dilation: Int = 1
  ) throws(Failure) -> ValueID {
    let weight = try tensor("\(name).weight", [outputs, inputs, kernel, kernel])
    let bias = try tensor("\(name).bias", [outputs])
    let operands = [
      x, graph.weight("\(name).weight", weight), graph.weight("\(name).bias", bias),
    ]
    let window = Window.same(kernel: kernel, dilation: dilation)
    return try add(.conv2D(Conv2D(window: window)), operands, source: name)
  }

  private mutating func tensor(_ name: String, _ shape: [Int]) throws(Failure) -> Tensor {
    do { return try reader.tensor(name, shape: shape) } catch { throw .file(error) }
  }

  private mutating func apply(
    _ function: PointwiseFunction, _ operands: ValueID..., source: String? = nil
  ) throws(Failure) -> ValueID {
    try add(.pointwise(Pointwise(function)), operands, source: source)
  }

  private mutating func add(_ op: Op, _ operands: [ValueID], source: String?) throws(Failure)
    -> ValueID
  {
    graph.provenance = Provenance(source: source, stage: stage, layer: layer)
    do { return try graph.apply(op, operands) } catch { throw .graph(error) }
  }
}
