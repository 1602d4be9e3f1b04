internal import GraphIR
internal import LLVMKit

/// A function for a fused operation on one number per channel: the small networks that
/// squeeze-and-excitation puts between the passes over the pixels.
///
/// Scalar code; its cost does not depend on the image.
struct ChannelKernel: Hashable {
  /// One convolution of `[N, C, 1, 1]`: only the kernel element that meets the pixel counts.
  private struct Part: Hashable {
    /// Extents of one filter, `[C, R, S]`.
    var kernel: [Int]
    /// Place of the element in the kernel, or nil where none meets the pixel.
    var element: Int?
    var isScaled: Bool
    /// Sums that it adds to, the first ones.
    var accumulators: Int
  }

  private let parts: [Part]
  private let accumulators: Int
  private let hasBias: Bool
  private let body: PointwiseProgram
  private let operands: Int
  private let channels: Int

  /// The kernel of a call on values of one number per channel.
  init(_ call: FusedCall, _ graph: Graph) {
    let channels = graph.type(of: call.results[0]).channels ?? 1
    self.channels = channels
    parts = zip(call.fused.parts, call.parts).map { part, place in
      let shape = graph.type(of: place.weight).fixedShape ?? []
      return Part(
        kernel: Array(shape[1...]),
        element: Self.element(of: part.window, kernel: Array(shape[2...])),
        isScaled: part.isScaled, accumulators: shape[0] / channels)
    }
    accumulators = call.fused.accumulators
    hasBias = call.fused.hasBias
    body = call.fused.body
    operands = call.bodyOperands.count
  }

  /// The kernel element that meets the only pixel of an image of 1 × 1.
  private static func element(of window: Window, kernel: [Int]) -> Int? {
    var place = 0
    for axis in 0..<2 {
      let (index, rest) = window.padding[axis].quotientAndRemainder(
        dividingBy: window.dilation[axis])
      guard rest == 0, index < kernel[axis] else { return nil }
      place = place * kernel[axis] + index
    }
    return place
  }

  /// Adds the function, which takes the addresses of the call's operands in their order, then
  /// those of its results.
  func define(_ name: String, in module: borrowing Module) -> IRFunction {
    let types = module.types
    let partOperands = parts.reduce(0) { $0 + ($1.isScaled ? 3 : 2) }
    let count = partOperands + (hasBias ? 1 : 0) + operands + body.yields.count
    let function = module.declare(
      name, Array(repeating: types.pointer, count: count), returning: types.void)
    module.define(function) { builder in
      builder.loop(from: types.int(0), to: types.int(channels)) { emit(builder, channel: $0) }
      builder.returnVoid()
    }
    return function
  }

  private func emit(_ builder: FunctionBuilder, channel: IRValue) {
    var next = 0
    func take() -> IRValue {
      defer { next += 1 }
      return builder.parameter(next)
    }
    let addresses = parts.map { part in (take(), take(), part.isScaled ? take() : nil) }
    let bias = hasBias ? take() : nil
    let operandAddresses = (0..<operands).map { _ in take() }
    let sums = (0..<accumulators).map { accumulator in
      let output = builder.add(channel, accumulator * channels)
      let start = bias.map { number(builder, $0, output) } ?? builder.types.float(0)
      return zip(parts, addresses).reduce(start) { sum, part in
        guard accumulator < part.0.accumulators else { return sum }
        return multiply(builder, part.0, part.1, output, sum)
      }
    }
    let results = BodyEmitter(
      math: VectorMath(builder: builder, lanes: 1), body: body, accumulator: { sums[$0] },
      operand: { number(builder, operandAddresses[$0], channel) }
    ).emit()
    for value in results {
      builder.store(value, address(builder, take(), channel), alignment: 4)
    }
  }

  private func address(_ builder: FunctionBuilder, _ base: IRValue, _ index: IRValue) -> IRValue {
    builder.offset(base, builder.multiply(index, 4))
  }

  private func number(_ builder: FunctionBuilder, _ base: IRValue, _ index: IRValue) -> IRValue {
    builder.load(builder.types.f32, address(builder, base, index), alignment: 4)
  }

  /// Adds one output of a part's convolution.
  private func multiply(
    _ builder: FunctionBuilder, _ part: Part,
    _ addresses: (input: IRValue, weight: IRValue, scale: IRValue?), _ output: IRValue,
    _ sum: IRValue
  ) -> IRValue {
    guard let element = part.element else { return sum }
    let types = builder.types
    let area = part.kernel[1] * part.kernel[2]
    let row = builder.multiply(output, part.kernel[0] * area)
    return builder.loop(
      from: types.int(0), to: types.int(part.kernel[0]), carrying: [sum]
    ) { input, carried in
      let place = builder.add(builder.add(row, builder.multiply(input, area)), element)
      var value = number(builder, addresses.input, input)
      if let scale = addresses.scale {
        value = builder.fmultiply(value, number(builder, scale, input))
      }
      return [builder.multiplyAdd(number(builder, addresses.weight, place), value, carried[0])]
    }[0]
  }
}
