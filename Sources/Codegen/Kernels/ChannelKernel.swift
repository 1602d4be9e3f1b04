internal import GraphIR
internal import LLVMKit

/// Emits arithmetic on one number per channel: the small networks that squeeze-and-excitation
/// puts between the passes over the pixels.
///
/// Scalar code; its cost does not depend on the image.
struct ChannelKernel {
  /// One convolution of `[N, C, 1, 1]`: only the kernel element that meets the pixel counts.
  struct Part {
    var input: IRValue
    var weight: IRValue
    var scale: IRValue?
    /// Extents of one filter, `[C, R, S]`.
    var kernel: [Int]
    /// Place of the element in the kernel, or nil where none meets the pixel.
    var element: Int?
  }

  let builder: FunctionBuilder
  let fused: Fused
  let channels: Int
  let parts: [Part]
  let bias: IRValue?
  let operands: [IRValue]
  /// Number of channels of each operand: 1 for a scalar.
  let results: [IRValue]

  private var types: TypeFactory { builder.types }

  func emit() {
    builder.loop(from: types.int(0), to: types.int(channels)) { channel in
      let sums = (0..<fused.accumulators).map { accumulator in
        sum(output: builder.add(channel, accumulator * channels))
      }
      let body = BodyEmitter(
        math: VectorMath(builder: builder, lanes: 1), body: fused.body,
        accumulator: { sums[$0] }, operand: { number(operands[$0], channel) })
      for (result, value) in zip(results, body.emit()) {
        builder.store(value, address(result, channel), alignment: 4)
      }
    }
  }

  private func address(_ base: IRValue, _ index: IRValue) -> IRValue {
    builder.offset(base, builder.multiply(index, 4))
  }

  private func number(_ base: IRValue, _ index: IRValue) -> IRValue {
    builder.load(types.f32, address(base, index), alignment: 4)
  }

  private func sum(output: IRValue) -> IRValue {
    parts.reduce(bias.map { number($0, output) } ?? types.float(0)) { sum, part in
      guard let element = part.element else { return sum }
      return multiply(part, element, output, sum)
    }
  }

  private func multiply(_ part: Part, _ element: Int, _ output: IRValue, _ sum: IRValue)
    -> IRValue
  {
    let area = part.kernel[1] * part.kernel[2]
    let row = builder.multiply(output, part.kernel[0] * area)
    return builder.loop(
      from: types.int(0), to: types.int(part.kernel[0]), carrying: [sum]
    ) { input, carried in
      let place = builder.add(builder.add(row, builder.multiply(input, area)), element)
      var value = number(part.input, input)
      if let scale = part.scale { value = builder.fmultiply(value, number(scale, input)) }
      return [builder.multiplyAdd(number(part.weight, place), value, carried[0])]
    }[0]
  }
}
