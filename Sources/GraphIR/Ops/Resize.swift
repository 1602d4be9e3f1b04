/// Samples a tensor at other distances along every axis, as ONNX describes it.
///
/// Shapes: any to `extents`. Element `i` of an axis of `n` elements becomes one of
/// `extent` elements; with `scale = extent / n`, or the number that `scales` gives, it lies at the
/// place that `coordinates` tells. An axis whose extent and scale do not change stays as it is.
package struct Resize: AttributedOperation {
  /// How elements between places are found.
  package enum Mode: String, CaseIterable, Hashable, Sendable {
    case nearest, linear, cubic
  }

  /// Where element `i` of the result lies in the operand.
  package enum Coordinates: String, CaseIterable, Hashable, Sendable {
    /// `(i + ½) / scale − ½`
    case halfPixel = "half_pixel"
    /// As `halfPixel`, around the middle of the axis where `scale · n` is not `extent`.
    case halfPixelSymmetric = "half_pixel_symmetric"
    /// As `halfPixel`; 0 where `extent` is 1.
    case pytorchHalfPixel = "pytorch_half_pixel"
    /// `i · (n − 1) / (extent − 1)`; 0 where `extent` is 1.
    case alignCorners = "align_corners"
    /// `i / scale`
    case asymmetric
  }

  /// Which element mode `nearest` takes for a place between two.
  package enum Rounding: String, CaseIterable, Hashable, Sendable {
    case preferFloor = "round_prefer_floor"
    case preferCeil = "round_prefer_ceil"
    case floor
    case ceil
  }

  package static let mnemonics = ["resize"]
  package var mnemonic: String { "resize" }
  /// The shape of the result.
  package var extents: [Dimension]
  /// The scale of every axis; none where they follow from the extents.
  package var scales: [Float]
  /// How elements between places are found.
  package var mode: Mode
  /// Where elements of the result lie in the operand.
  package var coordinates: Coordinates
  /// Which element mode `nearest` takes.
  package var rounding: Rounding
  /// The coefficient `a` of mode `cubic`.
  package var cubicCoefficient: Float
  /// Whether elements outside have no weight; otherwise the outermost one is repeated.
  package var excludesOutside: Bool
  /// Whether modes `linear` and `cubic` stretch their filter where elements become fewer.
  package var antialiases: Bool

  /// Samples at other distances, by default the nearest element.
  package init(
    extents: [Dimension], scales: [Float] = [], mode: Mode = .nearest,
    coordinates: Coordinates = .halfPixel, rounding: Rounding = .preferFloor,
    cubicCoefficient: Float = -0.75, excludesOutside: Bool = false, antialiases: Bool = false
  ) {
    self.extents = extents
    self.scales = scales
    self.mode = mode
    self.coordinates = coordinates
    self.rounding = rounding
    self.cubicCoefficient = cubicCoefficient
    self.excludesOutside = excludesOutside
    self.antialiases = antialiases
  }

  package var op: Op { .resize(self) }

  package func mapDimensions(_ transform: (Dimension) -> Dimension) -> Resize {
    var copy = self
    copy.extents = extents.map(transform)
    return copy
  }

  package func resultTypes(of operands: [TensorType]) throws(GraphError) -> [TensorType] {
    let type = try onlyOperand(operands)
    guard extents.count == type.rank, scales.isEmpty || scales.count == type.rank else {
      throw .type("resize names \(extents.count) axes of \(type)")
    }
    if let scale = scales.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw .type("resize has a scale of \(scale)")
    }
    guard (extents + type.shape).allSatisfy({ ($0.fixedValue ?? 1) >= 1 }) else {
      throw .type("resize has nothing to sample in \(type), or nothing to make of it")
    }
    for axis in scales.indices { try checkScale(of: axis, type.shape[axis]) }
    return [TensorType(.float32, extents)]
  }

  /// A scale must lead to the extent, give or take the rounding of the extent.
  private func checkScale(of axis: Int, _ extent: Dimension) throws(GraphError) {
    guard let extent = extent.fixedValue, let result = extents[axis].fixedValue else { return }
    let exact = Double(extent) * Double(scales[axis])
    if abs(exact - Double(result)) > 1 + exact / 1024 {
      throw .type("resize makes \(result) of \(extent) elements with a scale of \(scales[axis])")
    }
  }

  package var attributes: [Attribute] {
    let plain = Resize(extents: [])
    var list = [Attribute("extents", .dimensions(extents))]
    func add(_ name: String, _ value: AttributeValue, unless isDefault: Bool) {
      if !isDefault { list.append(Attribute(name, value)) }
    }
    add("scales", .numbers(scales), unless: scales.isEmpty)
    add("mode", .text(mode.rawValue), unless: mode == plain.mode)
    add("coordinates", .text(coordinates.rawValue), unless: coordinates == plain.coordinates)
    add("rounding", .text(rounding.rawValue), unless: rounding == plain.rounding)
    add(
      "cubic_a", .number(cubicCoefficient), unless: cubicCoefficient == plain.cubicCoefficient)
    add("exclude_outside", .flag(true), unless: !excludesOutside)
    add("antialias", .flag(true), unless: !antialiases)
    return list
  }

  package init(_ mnemonic: String, _ reader: inout AttributeReader) throws(GraphError) {
    extents = try reader.dimensions("extents")
    scales = try reader.numbers("scales")
    mode = try reader.choice("mode", default: .nearest)
    coordinates = try reader.choice("coordinates", default: .halfPixel)
    rounding = try reader.choice("rounding", default: .preferFloor)
    cubicCoefficient = try reader.number("cubic_a", default: -0.75)
    excludesOutside = try reader.flag("exclude_outside")
    antialiases = try reader.flag("antialias")
  }
}
