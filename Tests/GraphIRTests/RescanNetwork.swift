import GraphIR

/// A whole RESCAN network without elements, as an importer builds it: stages unrolled over shared
/// weights, nothing optimized.
struct RescanNetwork {
  enum Unit: String, CaseIterable, Sendable { case conv, rnn, gru, lstm }

  let unit: Unit
  var channels = 4
  var layers = 3
  var stages = 3
  /// Whether every stage adds its rain to that of the stage before, and all are outputs.
  var addsRain = false

  private var builder = GraphBuilder(name: "rescan")
  private var hidden: [ValueID?] = []
  private var cells: [ValueID?] = []

  init(_ unit: Unit, channels: Int = 4, stages: Int = 3, addsRain: Bool = false) {
    self.unit = unit
    self.channels = channels
    self.stages = stages
    self.addsRain = addsRain
  }

  /// Extents of images without symbols, or `[N, 3, H, W]`.
  mutating func graph() throws(GraphError) -> Graph {
    builder = GraphBuilder(name: "rescan")
    hidden = Array(repeating: nil, count: layers)
    cells = hidden
    let image = builder.input("image", TensorType(.float32, ["N", 3, "H", "W"]))
    var x = image
    var rain: ValueID?
    for stage in 1...stages {
      var own = try decode(try recurrentLayers(x, stage), stage)
      if addsRain, let rain { own = try builder.apply(.add, own, rain) }
      if addsRain { builder.output("rain\(stage)", own) }
      rain = own
      x = try builder.apply(.subtract, image, own)
    }
    builder.output("derained", x)
    return try builder.finish()
  }

  private mutating func recurrentLayers(
    _ image: ValueID, _ stage: Int
  ) throws(GraphError) -> ValueID {
    var x = image
    for layer in 0..<layers {
      let name = "rnns.\(layer)"
      builder.provenance = Provenance(source: name, stage: stage, layer: name)
      let u = try apply(x, layer)
      x = try builder.apply(.leakyReLU(slope: 0.2), try squeeze(u, "\(name).se"))
      hidden[layer] = x
    }
    return x
  }

  private mutating func decode(_ x: ValueID, _ stage: Int) throws(GraphError) -> ValueID {
    builder.provenance = Provenance(source: "dec", stage: stage, layer: "dec")
    let conv = try convolve(x, "dec.0", channels)
    let y = try builder.apply(.leakyReLU(slope: 0.2), try squeeze(conv, "dec.1"))
    return try convolve(y, "dec.3", 3, kernel: 1)
  }

  private mutating func squeeze(_ x: ValueID, _ name: String) throws(GraphError) -> ValueID {
    let mean = try builder.apply(.globalAveragePool(GlobalAveragePool()), x)
    let inner = try builder.apply(.relu, try convolve(mean, "\(name).fc.0", 6, kernel: 1))
    let scale = try builder.apply(
      .sigmoid, try convolve(inner, "\(name).fc.2", channels, kernel: 1))
    return try builder.apply(.multiply, x, scale)
  }

  private mutating func convolve(
    _ x: ValueID, _ name: String, _ outputs: Int, kernel: Int = 3, dilation: Int = 1
  ) throws(GraphError) -> ValueID {
    guard let inputs = builder.graph.type(of: x).channels else { throw .type("no channels") }
    let weight = builder.weight(
      "\(name).weight", TensorType(.float32, [outputs, inputs, kernel, kernel].map { .fixed($0) }))
    let bias = builder.weight("\(name).bias", TensorType(.float32, [.fixed(outputs)]))
    let window = Window.same(kernel: kernel, dilation: dilation)
    return try builder.apply(.conv2D(Conv2D(window: window)), x, weight, bias)
  }

  private mutating func apply(_ x: ValueID, _ layer: Int) throws(GraphError) -> ValueID {
    switch unit {
    case .conv: try input(x, layer, "conv")
    case .rnn: try builder.apply(.tanh, try gate(x, layer, ""))
    case .gru: try gru(x, layer)
    case .lstm: try lstm(x, layer)
    }
  }

  private mutating func input(
    _ x: ValueID, _ layer: Int, _ name: String
  ) throws(GraphError) -> ValueID {
    try convolve(
      x, "rnns.\(layer).\(name)", channels, dilation: layer == 0 ? 1 : 1 << (layer - 1))
  }

  /// `conv_x x + conv_h h`, without the state in the first stage.
  private mutating func gate(
    _ x: ValueID, _ layer: Int, _ name: String, state: ValueID? = nil
  ) throws(GraphError) -> ValueID {
    let own = try input(x, layer, "conv_x\(name)")
    guard let state = state ?? hidden[layer] else { return own }
    return try builder.apply(
      .add, own, try convolve(state, "rnns.\(layer).conv_h\(name)", channels))
  }

  private mutating func gru(_ x: ValueID, _ layer: Int) throws(GraphError) -> ValueID {
    let z = try builder.apply(.sigmoid, try gate(x, layer, "z"))
    guard let h = hidden[layer] else {
      return try builder.apply(.multiply, z, try builder.apply(.tanh, try gate(x, layer, "n")))
    }
    let r = try builder.apply(.sigmoid, try gate(x, layer, "r"))
    let n = try builder.apply(
      .tanh, try gate(x, layer, "n", state: try builder.apply(.multiply, r, h)))
    let keep = try builder.apply(.subtract, builder.scalar(1), z)
    let old = try builder.apply(.multiply, keep, h)
    return try builder.apply(.add, old, try builder.apply(.multiply, z, n))
  }

  private mutating func lstm(_ x: ValueID, _ layer: Int) throws(GraphError) -> ValueID {
    let i = try builder.apply(.sigmoid, try gate(x, layer, "i"))
    let o = try builder.apply(.sigmoid, try gate(x, layer, "o"))
    let j = try builder.apply(.tanh, try gate(x, layer, "j"))
    let new = try builder.apply(.multiply, i, j)
    guard let c = cells[layer] else {
      cells[layer] = new
      return try builder.apply(.multiply, o, new)
    }
    let f = try builder.apply(.sigmoid, try gate(x, layer, "f"))
    let cell = try builder.apply(.add, try builder.apply(.multiply, f, c), new)
    cells[layer] = cell
    return try builder.apply(.multiply, o, try builder.apply(.tanh, cell))
  }
}
