import GraphIR
import TestSupport

/// A small random graph of everything the passes know, for properties that must always hold.
struct RandomGraph {
  private var generator: SplitMix64
  private var builder = GraphBuilder(name: "random")
  /// Values `[N, 4, H, W]` and `[N, 4, 1, 1]` to choose operands from.
  private var images: [ValueID] = []
  private var scales: [ValueID] = []
  private var weights = 0

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// A graph with up to 40 statements, some of them never used.
  mutating func graph() throws(GraphError) -> Graph {
    images = ["x", "y"].map { builder.input($0, TensorType(.float32, ["N", 4, "H", "W"])) }
    scales = [builder.input("s", TensorType(.float32, ["N", 4, 1, 1]))]
    for _ in 0..<Int.random(in: 5...20, using: &generator) { try addStatement() }
    for index in 0..<2 { builder.output("image\(index)", recent(images)) }
    builder.output("scale", recent(scales))
    return try builder.finish()
  }

  /// Later values more often than earlier ones, so that chains grow.
  private mutating func recent(_ values: [ValueID]) -> ValueID {
    let count = Bool.random(using: &generator) ? min(3, values.count) : values.count
    return values[values.count - Int.random(in: 1...count, using: &generator)]
  }

  private mutating func addStatement() throws(GraphError) {
    let (image, scale) = (recent(images), recent(scales))
    switch Int.random(in: 0..<12, using: &generator) {
    case 0, 1: images.append(try convolve(image))
    case 2: images.append(try builder.apply(function(), image))
    case 3: images.append(try builder.apply(.add, image, recent(images)))
    case 4:
      // A gate keeps products from growing.
      let gate = try builder.apply(.sigmoid, recent(images))
      images.append(try builder.apply(.multiply, gate, image))
    case 5:
      let gate = try builder.apply(.sigmoid, scale)
      images.append(try builder.apply(.multiply, image, gate))
    case 6: scales.append(try builder.apply(.globalAveragePool(GlobalAveragePool()), image))
    case 7: scales.append(try builder.apply(function(), try convolve(scale, kernel: 1)))
    case 8: images.append(try builder.apply(.maximum, image, recent(images)))
    case 9: images.append(try normalized(image))
    case 10: scales.append(try mean(image))
    default:
      let joined = try builder.apply(.concat(Concat(axis: 1)), image, recent(images))
      images.append(try convolve(joined))
    }
  }

  /// A constant factor and summand per channel, as a normalisation leaves them.
  private mutating func normalized(_ image: ValueID) throws(GraphError) -> ValueID {
    let factor = builder.weight("s", Tensor(shape: [4, 1, 1], elements: [0.5, -1, 1.5, 1]))
    let shift = builder.weight("t", Tensor(shape: [1, 4, 1, 1], elements: [1, 0, -0.5, 0.25]))
    let scaled = try builder.apply(.multiply, image, factor)
    return try builder.apply(.subtract, scaled, shift)
  }

  /// The mean over height and width in the words of another framework.
  private mutating func mean(_ image: ValueID) throws(GraphError) -> ValueID {
    let reduce = Reduce(.mean, axes: [2, 3], keepsDimensions: true)
    return try builder.apply(.reduce(reduce), image)
  }

  private mutating func function() -> PointwiseFunction {
    let all: [PointwiseFunction] = [
      .tanh, .sigmoid, .relu, .leakyReLU(slope: 0.2), .absolute, .negate, .softplus,
      .elu(alpha: 0.5), .sine, .hardSigmoid(alpha: 0.2, beta: 0.5),
    ]
    return all[Int.random(in: 0..<all.count, using: &generator)]
  }

  private mutating func convolve(_ x: ValueID, kernel: Int? = nil) throws(GraphError) -> ValueID {
    let kernel = kernel ?? [1, 3].randomElement(using: &generator) ?? 1
    let dilation = Int.random(in: 1...2, using: &generator)
    weights += 1
    let channels = builder.graph.type(of: x).channels ?? 0
    let weight = builder.weight(
      "w\(weights)", TensorType(.float32, [4, .fixed(channels), .fixed(kernel), .fixed(kernel)]))
    let conv = Op.conv2D(Conv2D(window: .same(kernel: kernel, dilation: dilation)))
    guard Bool.random(using: &generator) else { return try builder.apply(conv, x, weight) }
    let bias = builder.weight("b\(weights)", TensorType(.float32, [4]))
    return try builder.apply(conv, x, weight, bias)
  }
}
