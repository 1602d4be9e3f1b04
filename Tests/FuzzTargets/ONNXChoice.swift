internal import Importers

/// What attributes and constants of ONNX are chosen from.
enum ONNXChoice {
  /// An attribute with the kind that operations want, now and then another one.
  struct Attribute {
    fileprivate let name: String
    fileprivate let kind: Int

    func write(to node: inout ProtoBytes, _ choices: inout Choices) {
      let kind = choices.happens(oneIn: 16) ? choices.number(below: 5) : kind
      if let value = ONNXChoice.value(of: kind, &choices) {
        node.message(5) { value.write(name, to: &$0) }
        return
      }
      let tensor = ONNXChoice.tensor("", [choices.number(below: 4)], &choices)
      node.message(5) { message in
        message.text(1, name)
        message.data(5, tensor.bytes)
        message.integer(20, 4)
      }
    }
  }

  static let attributes: [Attribute] = [
    """
    alpha beta gamma epsilon cubic_coeff_a value_float min max
    """,
    """
    axis group keepdims align_corners allowzero antialias batch_dims blocksize ceil_mode
    count_include_pad end exclude_outside exclusive fmod inverse k largest noop_with_empty_axes
    num_groups num_outputs onesided reverse select_last_index spatial start storage_order to
    training_mode transA transB value_int
    """,
    """
    approximate auto_pad coordinate_transformation_mode equation keep_aspect_ratio_policy mode
    nearest_mode padding_mode reduction
    """,
    """
    axes dilations ends kernel_shape output_padding output_shape pads paddings perm shape split
    starts strides value_ints
    """,
    "value",
  ].enumerated().flatMap { kind, names in
    names.split(whereSeparator: \.isWhitespace).map { Attribute(name: String($0), kind: kind) }
  }

  private static let floats: [Float] = [
    1, 0, 2, 0.5, -1, 3, 1e-5, -0.5, 1e30, .infinity, .nan, .leastNonzeroMagnitude,
  ]
  private static let integers = [
    1, 0, 2, 3, -1, 4, -2, 8, 5, 1 << 31, 1 << 62, .max, .min, -(1 << 31), 7, 16,
  ]
  private static let texts = [
    "constant", "reflect", "edge", "wrap", "nearest", "linear", "cubic", "bilinear", "bicubic",
    "zeros", "border", "reflection", "half_pixel", "align_corners", "asymmetric",
    "pytorch_half_pixel", "tf_crop_and_resize", "half_pixel_symmetric", "floor", "ceil",
    "round_prefer_floor", "round_prefer_ceil", "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET",
    "DCR", "CRD", "add", "mul", "max", "min", "none", "tanh", "not_larger", "not_smaller",
    "stretch", "ij,jk->ik", "bij,bjk", "abcd,cd->ab", "...i,i->...", "ii->i", "a->", "",
  ]

  /// A value of a kind: 0 a float, 1 an integer, 2 a text, 3 integers; nil for 4, a tensor.
  private static func value(of kind: Int, _ choices: inout Choices) -> ONNXWrittenAttribute? {
    switch kind {
    case 0: .float(choices.pick(floats))
    case 1: .integer(choices.pick(integers))
    case 2: .text(choices.pick(texts))
    case 3: .integers((0..<choices.pick([2, 1, 4, 3, 0, 8])).map { _ in choices.pick(integers) })
    default: nil
    }
  }

  /// A tensor with chosen elements of a chosen type.
  static func tensor(_ name: String, _ shape: [Int], _ choices: inout Choices) -> ProtoBytes {
    let element = choices.pick([7, 1, 9, 6, 2])
    var raw: [UInt8] = []
    // Most tensors hold a number or two.
    let integers = (0..<3).map { _ in choices.pick(Self.integers) }
    let floats = (0..<3).map { _ in choices.pick(Self.floats) }
    for index in 0..<shape.reduce(1, *) {
      switch element {
      case 1: raw += littleEndianBytes(floats[index % 3].bitPattern)
      case 6: raw += littleEndianBytes(Int32(truncatingIfNeeded: integers[index % 3]))
      case 7: raw += littleEndianBytes(Int64(integers[index % 3]))
      default: raw.append(UInt8(truncatingIfNeeded: element == 9 ? index & 1 : integers[index % 3]))
      }
    }
    var tensor = ProtoBytes()
    for extent in shape { tensor.integer(1, extent) }
    tensor.integer(2, element)
    tensor.text(8, name)
    tensor.data(9, raw)
    return tensor
  }
}
